import {Component, useState} from "@odoo/owl";

/** One document of a trial: the verdict first, then what is known, its tables and its texts, each to be folded. */
export class TrialPart extends Component {
    static template = "healthcare_procurement_connector.TrialPart";
    static props = {part: Object};

    setup() {
        // What is long is folded until somebody wants it; where there are bytes, these come first.
        const read = !this.props.part.texts.some((text) => text.name === "bytes");
        this.state = useState({open: {json: false, header: read, lines: read}});
    }

    isOpen(name) {
        return this.state.open[name] !== false;
    }

    fold(name) {
        this.state.open[name] = !this.isOpen(name);
    }
}
