import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {LEVELS, ago, amounts, count} from "./wording";

/** One matter: how many wait, how bad that is, why, since when, and for how much money. */
export class DashboardTile extends Component {
    static template = "healthcare_integration_monitor.Tile";
    static props = {tile: Object, onOpen: Function};

    setup() {
        this.amounts = amounts;
        this.count = count;
    }

    get look() {
        return LEVELS[this.props.tile.level];
    }

    get since() {
        return _t("oldest %s", ago(this.props.tile.oldest));
    }
}
