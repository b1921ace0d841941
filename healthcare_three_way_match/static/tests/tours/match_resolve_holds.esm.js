import {registry} from "@web/core/registry";

const HELD_PRICE = ".o_match_hold[data-code='Price']";
const HELD_QUANTITY = ".o_match_hold[data-code='More than received']";

registry.category("web_tour.tours").add("match_resolve_holds", {
    steps: () => [
        {
            content: "The queue shows what is held and why",
            trigger: ".o_data_row:contains('ordered at 4.00') td[name=explanation]",
            run: "click",
        },
        {
            content: "The bill says on top what stops it",
            trigger: ".alert-danger[role=alert]:contains('2 holds stop posting')",
        },
        {
            content: "Its worksheet is open: ordered, received and billed side by side",
            trigger:
                ".o_match_line:contains('Syringe'):has(td[data-col=ordered]:contains('200')):has(td[data-col=received]:contains('150')) td[data-col=over]:contains('+50')",
        },
        {
            content: "Release the price",
            trigger: `${HELD_PRICE} button[name=action_release]`,
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
            trigger:
                "body:not(:has(.modal)) .alert-danger:contains('1 hold stops posting')",
        },
        {
            content: "The reason stands beside the released price",
            trigger: `${HELD_PRICE}.o_match_hold_closed:contains('New list price from May')`,
        },
        {
            content: "Dispute the quantity",
            trigger: `${HELD_QUANTITY} button[name=action_dispute]`,
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
            content: "The bill was posted in the same go, its disputed part unpaid",
            trigger:
                "body:not(:has(.modal)) .alert-warning:contains('is kept from being paid')",
        },
        {
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Posted')",
        },
        {
            content: "Nothing else waits",
            trigger: ".o_notification:contains('Nothing is left for you to decide')",
        },
    ],
});
