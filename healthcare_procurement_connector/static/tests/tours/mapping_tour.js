import {registry} from "@web/core/registry";

// A question about an unknown code is answered, and somebody else approves the answer.
registry.category("web_tour.tours").add("healthcare_mapping_answer", {
    steps: () => [
        {
            content: "The suggestions are on the question",
            trigger: "div[name='suggestion_text']:contains('Crate')",
        },
        {
            content: "Say what the code stands for",
            trigger: "button[name='action_answer_code']",
            run: "click",
        },
        {
            content: "The first suggestion it is",
            trigger: ".modal .o_data_row:contains('Crate') button[name='action_use']",
            run: "click",
        },
        {
            content: "It waits for approval",
            trigger: ".o_notification:contains('waits for approval')",
        },
    ],
});

registry.category("web_tour.tours").add("healthcare_mapping_approval", {
    steps: () => [
        {
            content: "Look at the draft before it is approved",
            trigger: ".o_statusbar_buttons button:contains('Approve')",
            run: "click",
        },
        {
            content: "What changes is told row by row",
            trigger: ".modal div[name='change_text']:contains('XCR')",
        },
        {
            content: "Approve it",
            trigger: ".modal button[name='action_approve']",
            run: "click",
        },
        {
            content: "What waited goes on",
            trigger: ".o_notification:contains('1 messages go on')",
        },
    ],
});
