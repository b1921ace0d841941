import {Component, useEffect, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * Ordered, received and billed side by side, line by line, with what is held and what to do about it.
 *
 * Shows what the server worked out (`services/worksheet.py`, and `services/beside.py` once the numbers are there);
 * decides and formats nothing itself. Stands on the bill, and on the hold for those who may not read bills.
 */
export class MatchWorksheet extends Component {
    static template = "healthcare_three_way_match.MatchWorksheet";
    static props = {...standardFieldProps};

    setup() {
        // Not by useService: a bill that was decided shows its worksheet on another page, and what waits on a
        // component that is gone by then waits for ever. The next bill opens all the same.
        const {orm, action, notification} = this.env.services;
        Object.assign(this, {orm, action, notification});
        this.state = useState({beside: null, paper: true});
        this.root = useRef("root");
        useEffect(
            () => {
                this.state.beside = null;
                // Who goes from bill to bill finds the numbers where they were on the last one.
                if (this.sheet && this.sheet.place.here) {
                    this.root.el.scrollIntoView({block: "start"});
                }
                this.loadBeside(this.sheet);
            },
            () => [this.sheet && this.sheet.match]
        );
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
            release: "text-bg-success",
            dispute: "text-bg-warning",
            ask: "text-bg-danger",
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
                hotkey: "a",
            },
            {
                method: "action_dispute",
                may: "may_dispute",
                hint: "dispute_hint",
                label: _t("Dispute"),
                hotkey: "t",
            },
            {
                method: "action_approve_change",
                may: "may_approve_change",
                hint: "approve_hint",
                label: _t("Approve order"),
                hotkey: "k",
            },
        ];
    }

    get holds() {
        const {holds, lines} = this.sheet;
        return [...holds, ...lines.flatMap((line) => line.holds)];
    }

    /** The keyboard decides on the first hold that the user may decide so. */
    hotkey(hold, decision) {
        const first = this.holds.find((each) => each[decision.may]);
        return first && first.id === hold.id ? decision.hotkey : undefined;
    }

    /** The keyboard links the first line that has an offer to the likeliest one. */
    linkHotkey(line, offer) {
        const first = this.sheet.lines.find((each) => each.offers.length);
        return first === line && line.offers[0] === offer ? "l" : undefined;
    }

    get releasable() {
        return this.holds.filter((hold) => hold.may_release).map((hold) => hold.id);
    }

    async saved() {
        return (await this.props.record.save()) !== false;
    }

    async decide(holdIds, method) {
        if (!(await this.saved())) {
            return;
        }
        const action = await this.orm.call("purchase.match.hold", method, [holdIds], {
            context: {...this.props.record.context, match_one_bill: true},
        });
        await this.action.doAction(action, {onClose: () => this.reloaded()});
    }

    async link(line, offer) {
        if (await this.saved()) {
            await this.orm.call("account.move", "action_match_link", [
                [this.sheet.bill],
                line.bill_line,
                offer.id,
            ]);
            await this.reloaded();
        }
    }

    async compareAgain() {
        if (await this.saved()) {
            await this.orm.call("purchase.match", "action_match_again", [
                [this.sheet.match],
            ]);
            await this.reloaded();
        }
    }

    /** Shows what became of the bill; once nothing on it waits for the user, the next one opens. */
    async reloaded() {
        const {place} = this.sheet;
        await this.props.record.load();
        if (place.here && !this.sheet.place.here) {
            await this.open(place.next);
        } else {
            await this.loadBeside(this.sheet);
        }
    }

    async open(matchId) {
        const action = await this.orm.call("purchase.match", "action_decide_next", [
            matchId || false,
        ]);
        if (action) {
            await this.action.doAction(action, {
                stackPosition: "replaceCurrentAction",
            });
        } else {
            this.notification.add(_t("Nothing is left for you to decide."), {
                type: "success",
            });
            await this.loadBeside(this.sheet);
        }
    }

    async step(matchId) {
        if (await this.saved()) {
            await this.open(matchId);
        }
    }

    async loadBeside(sheet) {
        if (sheet) {
            const beside = await this.orm.call("purchase.match", "beside", [
                [sheet.match],
            ]);
            // The reader may have gone on meanwhile.
            if (this.sheet && this.sheet.match === sheet.match) {
                this.state.beside = beside;
            }
        }
    }
}

registry.category("fields").add("match_worksheet", {
    component: MatchWorksheet,
    displayName: _t("Three-way match worksheet"),
    supportedTypes: ["json"],
});
