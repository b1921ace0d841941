import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

// The partner's system runs on a port that only the test knows; the router soon rewrites the address bar.
const partnerUrl = new URLSearchParams(location.search).get("partner_url");

// Of a supplier that nobody knows here.
const RESPONSE = JSON.stringify({
    document: "order_response",
    number: "R-77",
    status: "accepted",
    order_number: "P00001",
    seller: {name: "Nobody", ids: [{scheme: "0088", value: "4000001000005"}]},
});

registry.category("web_tour.tours").add("healthcare_endpoint_setup", {
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "The suite has an app of its own",
            trigger:
                ".o_app[data-menu-xmlid='healthcare_procurement_connector.menu_integration_root']",
            run: "click",
        },
        {
            content: "Open the configuration",
            trigger:
                "[data-menu-xmlid='healthcare_procurement_connector.menu_integration_configuration']",
            run: "click",
        },
        {
            content: "Open the endpoints",
            trigger:
                "[data-menu-xmlid='healthcare_procurement_connector.menu_integration_endpoint']",
            run: "click",
        },
        {
            content: "Connect a new supplier",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            trigger: "div[name='name'] input, div[name='name'] textarea",
            run: "edit Tour supplier",
        },
        {trigger: "div[name='code'] input", run: "edit tour-supplier"},
        {trigger: "div[name='url'] input", run: `edit ${partnerUrl}`},
        {trigger: "div[name='internal'] input", run: "click"},
        {
            trigger: "div[name='outbound_secret'] input",
            run: "edit whsec_dG91ciBzZWNyZXQsIHRvdXIgc2VjcmV0ISE=",
        },
        {
            trigger: "div[name='inbound_secret'] input",
            run: "edit whsec_dG91ciBzZWNyZXQsIHRvdXIgc2VjcmV0ISE=",
        },
        {content: "Save", trigger: ".o_form_button_save", run: "click"},
        {
            content: "Once saved, a secret is shown to nobody",
            trigger: ".o_form_saved div[name='outbound_secret'] input:value(••••••••)",
        },
        {
            content: "Test the connection",
            trigger: "button[name='action_test_connection']",
            run: "click",
        },
        {
            content: "It says what the other side answered",
            trigger: ".o_notification:contains(answered 200)",
        },
        {
            content: "The endpoint is healthy",
            trigger: ".o_field_widget[name='health']:contains(Working)",
        },
        {
            content: "See what is left to do",
            trigger: "button[name='action_onboarding']",
            run: "click",
        },
        {
            content: "The connection is done, the routes are not",
            trigger:
                "li[data-step='connection'][data-state='done'] ~ li[data-step='routes'][data-state='open']",
        },
        {
            content: "Back to the endpoint",
            trigger: ".o_back_button",
            run: "click",
        },
        {
            content: "Try a document of the supplier's",
            trigger: ".o_statusbar_buttons button:contains(Try a document)",
            run: "click",
        },
        {
            content: "Paste it",
            trigger: ".o_hpi_trial textarea[name='document']",
            run: ({anchor, edit}) => edit(RESPONSE, anchor),
        },
        {
            trigger: ".o_hpi_trial button[name='try_it']:enabled",
            run: "click",
        },
        {
            content: "It says what would happen",
            trigger: ".o_hpi_verdict:contains(A person would be asked)",
        },
        {
            content: "And what the document says",
            trigger: "section[data-table='header']:contains(R-77)",
        },
    ],
});
