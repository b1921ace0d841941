import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("match_resolve_holds", {
    steps: () => [
        {
            content: "The queue shows what is held and why",
            trigger: ".o_data_row:contains('ordered at 4.00') td[name=explanation]",
            run: "click",
        },
        {
            content: "The bill says on top what stops it",
            trigger: ".alert-danger:contains('2 holds stop posting')",
        },
        {
            content: "Open the worksheet",
            trigger: ".o_notebook a[name=three_way_match]",
            run: "click",
        },
        {
            content: "Ordered, received and billed stand side by side",
            trigger:
                "[name=match_line_ids] .o_data_row:contains('Syringe') td[name=received]:contains('150')",
        },
        {
            content: "Release the price",
            trigger:
                "[name=match_hold_ids] .o_data_row:contains('Price') button[name=action_release]",
            run: "click",
        },
        {
            content: "The dialog says what will happen",
            trigger: ".modal .alert-info:contains('becomes payable')",
        },
        {
            content: "A reason is asked for",
            trigger: ".modal [name=reason] input",
            run: "edit New list price from May",
        },
        {
            trigger: ".modal button:contains('accept the difference')",
            run: "click",
        },
        {
            content: "One hold is left",
            trigger: "body:not(:has(.modal)) .alert-danger:contains('1 hold stop')",
        },
        {
            content: "Dispute the quantity",
            trigger:
                "[name=match_hold_ids] .o_data_row:contains('More than received') button[name=action_dispute]",
            run: "click",
        },
        {
            trigger: ".modal .alert-info:contains('stays unpaid')",
        },
        {
            trigger: ".modal [name=reason] input",
            run: "edit 50 boxes missing",
        },
        {
            trigger: ".modal button:contains('keep the amount unpaid')",
            run: "click",
        },
        {
            content: "Nothing stops posting any more",
            trigger: "body:not(:has(.modal)) .alert-warning:contains('from being paid')",
        },
        {
            trigger: "button[name=action_post]:visible",
            run: "click",
        },
        {
            content: "The bill is in the books, its disputed part unpaid",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Posted')",
        },
    ],
});
