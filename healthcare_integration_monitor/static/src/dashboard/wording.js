import {deserializeDateTime} from "@web/core/l10n/dates";
import {formatCurrency} from "@web/core/currency";
import {formatInteger} from "@web/views/fields/formatters";

const CENTS_UNTIL = 1000;

/** How a level looks; its words come with the data, so that nothing is told by colour alone. */
export const LEVELS = {
    ok: {icon: "fa-check-circle", text: "text-success", badge: "text-bg-success"},
    warning: {
        icon: "fa-exclamation-triangle",
        text: "text-warning",
        badge: "text-bg-warning",
    },
    critical: {icon: "fa-times-circle", text: "text-danger", badge: "text-bg-danger"},
};

/** A moment as people say it: "3 hours ago". */
export function ago(moment) {
    return moment ? deserializeDateTime(moment).toRelative() : "";
}

export function count(number) {
    return formatInteger(number);
}

/** Sums of several currencies beside each other; cents only where they matter. */
export function amounts(money) {
    return money
        .map(({amount, currency_id}) =>
            formatCurrency(
                amount,
                currency_id,
                amount < CENTS_UNTIL ? {} : {digits: [16, 0]}
            )
        )
        .join(" + ");
}
