import {Component, onMounted, onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {deserializeDateTime} from "@web/core/l10n/dates";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {ControlPanel} from "@web/search/control_panel/control_panel";
import {DashboardTile} from "./dashboard_tile";
import {MessageChart} from "./message_chart";
import {LEVELS, ago, count} from "./wording";

const REFRESH_EVERY = 30_000;

/** What is stuck between us and our suppliers, why, and what it costs. */
export class IntegrationDashboard extends Component {
    static template = "healthcare_integration_monitor.Dashboard";
    static components = {ControlPanel, DashboardTile, MessageChart};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({data: null, loading: false, stale: false});
        this.ago = ago;
        this.count = count;
        this.levels = LEVELS;
        onWillStart(async () => {
            this.state.data = await this.read();
        });
        onMounted(() => {
            this.timer = browser.setInterval(() => this.refreshIfSeen(), REFRESH_EVERY);
            this.onVisible = () => this.refreshIfSeen();
            document.addEventListener("visibilitychange", this.onVisible);
        });
        onWillUnmount(() => {
            browser.clearInterval(this.timer);
            document.removeEventListener("visibilitychange", this.onVisible);
        });
    }

    read() {
        return this.orm.silent.call("integration.dashboard", "get_data", []);
    }

    /** A page nobody looks at asks nothing of the server. */
    refreshIfSeen() {
        if (!document.hidden) {
            this.refresh();
        }
    }

    /** The last numbers stay on the page when the server cannot be reached, marked as old. */
    async refresh() {
        if (this.state.loading) {
            return;
        }
        this.state.loading = true;
        try {
            this.state.data = await this.read();
            this.state.stale = false;
        } catch {
            this.state.stale = true;
        } finally {
            this.state.loading = false;
        }
    }

    get updatedText() {
        const moment = deserializeDateTime(this.state.data.updated_at);
        return _t(
            "Updated at %s",
            moment.toLocaleString(luxon.DateTime.TIME_WITH_SECONDS)
        );
    }

    get todayText() {
        const {today, rolling} = this.state.data;
        return _t(
            "Today: %(received)s received, %(sent)s sent, %(stopped)s stopped · %(rolling)s in the last 24 hours",
            {
                received: count(today.in),
                sent: count(today.out),
                stopped: count(today.stopped),
                rolling: count(rolling.in + rolling.out),
            }
        );
    }

    /** What an exception is about: cause, supplier, whose it is. */
    about(row) {
        const owner = row.mine ? _t("mine") : row.owner || _t("nobody's");
        return [row.cause, row.partner, owner].filter(Boolean).join(" · ");
    }

    due(row) {
        return _t("due %s", ago(row.date_due));
    }

    get headline() {
        const {tiles, today} = this.state.data;
        const critical = tiles.filter((tile) => tile.level === "critical").length;
        const warning = tiles.filter((tile) => tile.level === "warning").length;
        if (critical && warning) {
            return _t("%(critical)s critical, %(warning)s to look at", {
                critical,
                warning,
            });
        }
        if (critical) {
            return _t("%s critical", critical);
        }
        if (warning) {
            return _t("%s to look at", warning);
        }
        return _t(
            "Nothing waits. %s documents went through today.",
            count(today.in + today.out)
        );
    }

    openTile(tile) {
        this.action.doAction(tile.action.xmlid, {
            additionalContext: tile.action.context,
        });
    }

    openRecord(model, id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry
    .category("actions")
    .add("healthcare_integration_dashboard", IntegrationDashboard);
