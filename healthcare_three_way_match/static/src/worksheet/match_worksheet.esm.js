import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * Ordered, received and billed side by side, line by line, with what is held and what to do about it.
 *
 * Shows what the server worked out (`account.move.match_worksheet`); decides and formats nothing itself.
 */
export class MatchWorksheet extends Component {
    static template = "healthcare_three_way_match.MatchWorksheet";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get sheet() {
        return this.props.record.data[this.props.name];
    }

    badge(state) {
        const colours = {
            clean: "text-bg-success",
            agrees: "text-bg-success",
            tolerated: "text-bg-success",
            released: "text-bg-success",
            held: "text-bg-danger",
            differs: "text-bg-danger",
            open: "text-bg-danger",
            disputed: "text-bg-warning",
            informed: "text-bg-warning",
            unmatched: "text-bg-warning",
        };
        return colours[state] || "text-bg-secondary";
    }

    get decisions() {
        return [
            {
                method: "action_release",
                may: "may_release",
                hint: "release_hint",
                label: _t("Release"),
            },
            {
                method: "action_dispute",
                may: "may_dispute",
                hint: "dispute_hint",
                label: _t("Dispute"),
            },
            {
                method: "action_approve_change",
                may: "may_approve_change",
                hint: "approve_hint",
                label: _t("Approve order"),
            },
        ];
    }

    async decide(hold, decision) {
        if (!(await this.props.record.save())) {
            return;
        }
        await this.action.doActionButton({
            type: "object",
            name: decision.method,
            resModel: "purchase.match.hold",
            resId: hold.id,
            onClose: () => this.props.record.load(),
        });
    }

    async link(line, offer) {
        const {record} = this.props;
        if (await record.save()) {
            await this.orm.call(record.resModel, "action_match_link", [
                [record.resId],
                line.bill_line,
                offer.id,
            ]);
            await record.load();
        }
    }

    async compareAgain() {
        const {record} = this.props;
        if (await record.save()) {
            await this.orm.call(record.resModel, "action_match_again", [
                [record.resId],
            ]);
            await record.load();
        }
    }
}

registry.category("fields").add("match_worksheet", {
    component: MatchWorksheet,
    displayName: _t("Three-way match worksheet"),
    supportedTypes: ["json"],
});
