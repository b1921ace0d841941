import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("healthcare_replay", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            trigger:
                ".o_app[data-menu-xmlid='healthcare_procurement_connector.menu_integration_root']",
            run: "click",
        },
        {
            content: "Open the operations",
            trigger:
                "[data-menu-xmlid='healthcare_procurement_connector.menu_integration_operations']",
            run: "click",
        },
        {
            content: "What is stuck has a list of its own",
            trigger:
                "[data-menu-xmlid='healthcare_procurement_connector.menu_integration_stuck']",
            run: "click",
        },
        {
            content: "It is grouped by cause; open the cause",
            trigger: ".o_group_header:contains(What it waits for has not come)",
            run: "click",
        },
        {
            content: "Choose the document",
            trigger: ".o_data_row:contains(R-tour) .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Replay it",
            trigger: ".o_control_panel button:contains(Replay)",
            run: "click",
        },
        {
            content: "The dialog counts it under its cause",
            trigger:
                ".modal div[name='line_ids'] .o_data_row:contains(What it waits for)",
        },
        {
            content: "Ask what would happen",
            trigger: ".modal button[name='action_preview']",
            run: "click",
        },
        {
            content: "It says what would be created",
            trigger:
                ".modal div[name='rehearsal_ids'] .o_data_row:contains(It would become)",
        },
        {
            content: "Replay",
            trigger: ".modal button[name='action_replay']",
            run: "click",
        },
        {
            content: "It says that it goes through again",
            trigger: ".o_notification:contains(go through again)",
        },
        {
            content: "Nothing is stuck any more",
            trigger: ".o_view_nocontent:contains(Nothing is stuck)",
        },
    ],
});
