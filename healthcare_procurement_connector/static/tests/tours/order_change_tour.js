import {registry} from "@web/core/registry";

// A buyer changes an order that the supplier has, and tells by phone what cannot be sent.
registry.category("web_tour.tours").add("healthcare_order_change", {
    steps: () => [
        {
            content: "The supplier has the order",
            trigger:
                ".o_field_widget[name='supplier_story']:contains(Waits for an answer)",
        },
        {
            content: "Fewer boxes",
            trigger: "td[name='product_qty']:contains(100)",
            run: "click",
        },
        {trigger: "td[name='product_qty'] input", run: "edit 60"},
        {content: "Save", trigger: ".o_form_button_save", run: "click"},
        {
            content: "It is said at once what must be told, and how",
            trigger: ".o_form_saved .alert-warning:contains(60 instead of 100)",
        },
        {trigger: "a[name='told']", run: "click"},
        {
            content: "After the call",
            trigger: "tr:contains(Change 1) button[name='action_told_by_phone']",
            run: "click",
        },
        {
            trigger: ".modal div[name='note'] input",
            run: "edit Ms Smith, order desk",
        },
        {trigger: ".modal button[name='action_confirm']", run: "click"},
        {
            content: "The supplier knows",
            trigger: "tr:contains(Change 1) .badge:contains(Told by phone)",
        },
        {trigger: "body:not(:has(.alert-warning:contains(Phone the supplier)))"},
    ],
});
