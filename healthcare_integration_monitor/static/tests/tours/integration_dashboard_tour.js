import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const TILE = ".o_hpi_tile[data-key='exceptions']";

registry.category("web_tour.tours").add("healthcare_integration_dashboard", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "The suite opens with its dashboard",
            trigger:
                ".o_app[data-menu-xmlid='healthcare_procurement_connector.menu_integration_root']",
            run: "click",
        },
        {
            content: "A tile says in words how bad it is, not by colour alone",
            trigger: `${TILE} .badge:contains(Critical)`,
        },
        {
            content: "The most urgent exception is on the page",
            trigger: ".o_hpi_exceptions li:first:contains(Nobody knows item 4711)",
        },
        {content: "The chart is drawn", trigger: ".o_hpi_chart canvas[width]"},
        {content: "The numbers are of now", trigger: ".o_hpi_updated:contains(:)"},
        {content: "Ask again", trigger: ".o_hpi_refresh", run: "click"},
        {trigger: ".o_hpi_refresh:not([disabled])"},
        {content: "Open what is behind the number", trigger: TILE, run: "click"},
        {
            content: "The list has the filter that was counted",
            trigger: ".o_searchview_facet:contains(Open)",
        },
        {trigger: ".o_data_row:contains(Nobody knows item 4711)"},
        {
            content: "Back to the dashboard",
            trigger: ".o_back_button, .breadcrumb-item:contains(Dashboard) a",
            run: "click",
        },
        {
            content: "Open one exception",
            trigger: ".o_hpi_exceptions button:contains(Nobody knows item 4711)",
            run: "click",
        },
        {trigger: ".o_form_view:contains(Nobody knows item 4711)"},
    ],
});
