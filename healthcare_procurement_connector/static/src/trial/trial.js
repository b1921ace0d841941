import {Component, onWillStart, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {getDataURLFromFile} from "@web/core/utils/urls";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {ControlPanel} from "@web/search/control_panel/control_panel";
import {RecordSelector} from "@web/core/record_selectors/record_selector";
import {TrialPart} from "./trial_part";

/**
 * A document, or an order, gone through for real and taken back: shows the page that the server made of it
 * (`services/trial/page.py`), decides and keeps nothing itself.
 */
export class Trial extends Component {
    static template = "healthcare_procurement_connector.Trial";
    static components = {ControlPanel, RecordSelector, TrialPart};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        const context = this.props.action.context || {};
        this.state = useState({
            way: context.trial_way || "in",
            text: "",
            file: null,
            format: "",
            endpointId: context.trial_endpoint_id || false,
            routeId: context.trial_route_id || false,
            orderId: context.trial_order_id || false,
            page: null,
            asking: false,
        });
        onWillStart(async () => {
            this.options = await this.orm.call("integration.trial", "options", []);
        });
    }

    get ways() {
        return [
            {key: "in", label: _t("A document that arrives")},
            {key: "out", label: _t("An order that leaves")},
        ];
    }

    /** Routes of the chosen way, of the chosen endpoint where there is one. */
    get routeDomain() {
        const {way, endpointId} = this.state;
        const domain = [["direction", "=", way]];
        if (way === "out") {
            domain.push([
                "document_type",
                "in",
                ["order", "order_change", "order_cancellation"],
            ]);
        }
        return endpointId ? [...domain, ["endpoint_id", "=", endpointId]] : domain;
    }

    get ready() {
        const {way, text, file, orderId, routeId, asking} = this.state;
        return !asking && (way === "in" ? Boolean(text || file) : orderId && routeId);
    }

    get words() {
        return {endpoint: _t("Found by the document"), route: _t("Any")};
    }

    chooseEndpoint(endpointId) {
        Object.assign(this.state, {endpointId, routeId: false});
    }

    chooseRoute(routeId) {
        this.state.routeId = routeId;
    }

    chooseOrder(orderId) {
        this.state.orderId = orderId;
    }

    forgetFile() {
        this.state.file = null;
    }

    go(way) {
        Object.assign(this.state, {way, routeId: false, page: null});
    }

    async choose(ev) {
        const [file] = ev.target.files;
        if (file) {
            const url = await getDataURLFromFile(file);
            const content = url.slice(url.indexOf(",") + 1);
            Object.assign(this.state, {file: {name: file.name, content}, text: ""});
        }
        // The same file, mended, can be chosen again.
        ev.target.value = "";
    }

    async tryIt() {
        this.state.asking = true;
        try {
            this.state.page = await this.ask();
        } finally {
            this.state.asking = false;
        }
    }

    ask() {
        const {way, text, file, format, endpointId, routeId, orderId} = this.state;
        if (way === "out") {
            return this.orm.call("integration.trial", "try_order", [orderId, routeId]);
        }
        const document = file ? {content: file.content} : {text};
        return this.orm.call("integration.trial", "try_document", [
            {...document, format, endpoint_id: endpointId, route_id: routeId},
        ]);
    }
}

registry.category("actions").add("healthcare_trial", Trial);
