import {registry} from "@web/core/registry";

const PRICE = ".o_match_hold[data-code='Price']";
const MISSING = ".o_match_hold[data-code='More than received']";
const DISPUTE = ".modal button:contains('keep the amount unpaid')";

/** Press a key on whatever has the focus, as a person at the keyboard does. */
const press = (trigger, keys) => ({trigger, run: `press ${keys}`});

const reason = (text) => ({
    content: "The cursor is where the reason goes",
    trigger: ".modal [name=reason] input:focus",
    run: `edit ${text}`,
});

registry.category("web_tour.tours").add("match_decide_finance", {
    steps: () => [
        {
            content: "What is one's own comes first: a bill that names no order",
            trigger: ".o_match_whose:contains('QUEUE-LOOSE')",
        },
        {trigger: ".o_match_place:contains('1 of 1 for you')"},
        press(".o_match_offer button[name=action_match_link]", "alt+l"),
        {
            content: "Then everybody's, first the one whose discount runs out",
            trigger: ".o_match_whose:contains('QUEUE-DISCOUNT')",
        },
        {trigger: ".o_match_discount:contains('discount until')"},
        {trigger: ".o_match_place:contains('1 of 5 to decide')"},
        {
            content: "What the supplier did before stands beside it",
            trigger: ".o_match_supplier:contains('8 other bills'):contains('Price:')",
        },
        {
            content: "A suggestion says on what grounds",
            trigger:
                ".o_match_advice[data-advice=release]:contains('released 3 of 3 times')",
        },
        {
            content: "The document hangs beside it",
            trigger: ".o_match_document img[src*='/web/content/']",
        },
        press(`${PRICE} button[name=action_release]`, "alt+a"),
        reason("New list price"),
        press(".modal [name=reason] input", "alt+q"),
        {
            content: "The next one opens by itself",
            trigger: "body:not(:has(.modal)) .o_match_whose:contains('QUEUE-LARGE')",
        },
        {trigger: ".o_match_place:contains('1 of 4 to decide')"},
        {
            content: "What its supplier wrote is text, whatever it looks like",
            trigger:
                ".o_match_note:contains('<script>alert(1)</script>'):contains('onerror=')",
        },
        {trigger: ".o_match_original:not(:has(script, img)) td:contains('<script>')"},
        press(".o_match_worksheet button[name=match_next]", "alt+pagedown"),
        {trigger: ".o_match_whose:contains('QUEUE-TWO')"},
        {
            content: "A PDF is shown in a frame of its own",
            trigger: ".o_match_document iframe.o_match_paper[src*='/web/content/']",
        },
        press(".o_match_worksheet button[name=match_previous]", "alt+pageup"),
        {trigger: ".o_match_whose:contains('QUEUE-LARGE')"},
        press(`${PRICE} button[name=action_dispute]`, "alt+t"),
        reason("Not agreed"),
        press(".modal [name=reason] input", "alt+q"),
        {trigger: "body:not(:has(.modal)) .o_match_whose:contains('QUEUE-TWO')"},
        {
            content: "One reason for both",
            ...press(
                ".o_match_worksheet button[name=match_release_all]",
                "alt+shift+a"
            ),
        },
        {trigger: ".modal .o_data_row:nth-child(2):contains('QUEUE-TWO')"},
        reason("Both are new"),
        press(".modal [name=reason] input", "alt+q"),
        {trigger: "body:not(:has(.modal)) .o_match_whose:contains('QUEUE-RAISED')"},
        {
            content: "Somebody raised the order: it is that which is approved",
            ...press(`${PRICE} button[name=action_approve_change]`, "alt+k"),
        },
        {trigger: ".modal button:contains('the order counts as it is now')"},
        reason("Agreed in March"),
        press(".modal [name=reason] input", "alt+q"),
        {trigger: "body:not(:has(.modal)) .o_match_whose:contains('QUEUE-SMALL')"},
        press(`${PRICE} button[name=action_release]`, "alt+a"),
        reason("Small"),
        press(".modal [name=reason] input", "alt+q"),
        {trigger: ".o_notification:contains('Nothing is left for you to decide')"},
        {
            content: "What is settled stands behind the lines",
            trigger: "body:not(:has(.modal)) a[name=three_way_match_settled]",
            run: "click",
        },
        {trigger: ".o_match_history:contains('Released'):contains('Small')"},
    ],
});

registry.category("web_tour.tours").add("match_decide_buyer", {
    steps: () => [
        {trigger: ".o_match_place:contains('1 of 1 for you')"},
        {
            content: "Who bought cannot release",
            trigger: `${PRICE}:not(:has(button[name=action_release])) button[name=action_dispute]`,
            run: "click",
        },
        reason("We never agreed on that"),
        {trigger: DISPUTE, run: "click"},
        {trigger: ".o_notification:contains('Nothing is left for you to decide')"},
        {trigger: `body:not(:has(.modal)) ${PRICE}.o_match_hold_disputed`},
    ],
});

registry.category("web_tour.tours").add("match_decide_receiver", {
    steps: () => [
        {
            content: "Without the right to read bills, the same worksheet",
            trigger:
                ".o_match_line:has(td[data-col=received]:contains('8')) td[data-col=over]:contains('+2')",
        },
        {trigger: ".o_match_place:contains('1 of 1 for you')"},
        {trigger: `${MISSING} button[name=action_dispute]`, run: "click"},
        reason("Two boxes missing"),
        {trigger: DISPUTE, run: "click"},
        {trigger: ".o_notification:contains('Nothing is left for you to decide')"},
        {trigger: `body:not(:has(.modal)) ${MISSING}.o_match_hold_disputed`},
    ],
});
