import {Component, onWillStart, onWillUnmount, useEffect, useRef} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {loadBundle} from "@web/core/assets";

/** Documents per day, stacked: what came in, what went out, what stopped. */
export class MessageChart extends Component {
    static template = "healthcare_integration_monitor.MessageChart";
    static props = {series: Object};

    setup() {
        this.canvas = useRef("canvas");
        this.chart = null;
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [JSON.stringify(this.props.series)]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    /** Names and numbers of the rows, for the chart and for its table. */
    get rows() {
        const {series} = this.props;
        return [
            {key: "in", label: _t("Received"), values: series.in},
            {key: "out", label: _t("Sent"), values: series.out},
            {key: "stopped", label: _t("Stopped"), values: series.stopped},
        ];
    }

    get days() {
        return this.props.series.days.map((day) =>
            luxon.DateTime.fromISO(day).toLocaleString({day: "numeric", month: "short"})
        );
    }

    draw() {
        this.chart?.destroy();
        const style = getComputedStyle(this.canvas.el);
        const text = style.getPropertyValue("--hpi-chart-text").trim() || style.color;
        const line = style.getPropertyValue("--hpi-chart-line").trim();
        this.chart = new Chart(this.canvas.el, {
            type: "bar",
            data: {
                labels: this.days,
                datasets: this.rows.map((row) => ({
                    label: row.label,
                    data: row.values,
                    backgroundColor: style
                        .getPropertyValue(`--hpi-chart-${row.key}`)
                        .trim(),
                    borderRadius: 2,
                    maxBarThickness: 36,
                })),
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: {mode: "index", intersect: false},
                plugins: {
                    legend: {
                        position: "bottom",
                        labels: {color: text, boxWidth: 12, boxHeight: 12},
                    },
                },
                scales: {
                    x: {
                        stacked: true,
                        grid: {display: false},
                        ticks: {color: text, maxRotation: 0, autoSkipPadding: 8},
                    },
                    y: {
                        stacked: true,
                        beginAtZero: true,
                        border: {display: false},
                        grid: {color: line},
                        ticks: {color: text, precision: 0, maxTicksLimit: 6},
                    },
                },
            },
        });
    }
}
