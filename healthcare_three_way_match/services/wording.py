"""The sentences people read, made from numbers, in the reader's language."""

from odoo.tools import format_amount, format_date, formatLang

from ..core.exact import decimal, from_float
from ..core.holds import ACTIVE
from ..core.linking import Reason
from ..core.lot_checks import EXPIRED, OTHER_EXPIRY
from ..core.policy import DEFAULT_RULES
from ..core.rates import Basis
from ..core.scope import ANYWHERE
from ..core.tolerance import State
from ..core.verdict import Code
from .stored import limit_numbers, stored_fraction

# Kinds whose numbers are sums of money.
AMOUNTS = frozenset(
    {Code.PRICE_TOTAL, Code.CHARGE, Code.TOTALS, Code.BLANKET_VALUE, Code.DOWN_PAYMENT}
)


def number(env, value, places=6):
    """``12.5``, ``1,000``: as many decimals as the number has."""
    shown = decimal(value, places)
    digits = max(-shown.as_tuple().exponent, 0)
    return formatLang(env, float(shown), digits=digits)


def price(env, value, currency):
    """A unit price: at least the currency's decimals, more where the price has them."""
    shown = decimal(value, 6)
    digits = max(-shown.as_tuple().exponent, currency.decimal_places)
    return formatLang(env, float(shown), digits=digits)


def hold_sentence(hold):
    """One sentence: what the bill says, what we hold against it, what it is about in money."""
    env, numbers = hold.env, hold.numbers or {}
    detail = numbers.get("detail") or []
    claimed, expected = (stored_fraction(numbers, key) for key in ("claimed", "expected"))
    percent = abs(claimed / expected - 1) * 100 if expected else 0
    values = {
        "claimed": number(env, claimed),
        "expected": number(env, expected),
        "over": number(env, claimed - expected),
        "short": number(env, expected - claimed),
        "percent": number(env, percent, 1),
        "unit": _unit(hold, numbers.get("unit")),
        "stake": format_amount(env, hold.amount, hold.currency_id),
        "first": detail[0] if detail else "",
        "second": detail[1] if len(detail) > 1 else "",
        "third": detail[2] if len(detail) > 2 else "",
    }
    if hold.code in (Code.PRICE, Code.CONTRACT, Code.UOM_PACK, Code.ROUNDING):
        values["claimed"] = price(env, claimed, hold.currency_id)
        values["expected"] = price(env, expected, hold.currency_id)
    if hold.code in AMOUNTS:
        for name, value in (
            ("claimed", claimed),
            ("expected", expected),
            ("over", claimed - expected),
        ):
            values[name] = format_amount(env, float(value), hold.currency_id)
    sentence = _sentence(env, hold.code, numbers) % values
    if hold.code in (Code.PRICE, Code.QTY_ORD) and detail:
        now = stored_fraction({"now": detail[0]}, "now")
        shown = price(env, now, hold.currency_id) if hold.code == Code.PRICE else number(env, now)
        sentence += " " + env._("The order was raised to %s after the bill came.", shown)
    return sentence


def _unit(hold, name):
    """The unit in brackets, where it is not the one the product is counted in anyway."""
    line = hold.purchase_line_id.sudo()  # sudo: for the name of the unit, whoever reads the hold
    usual = not line or line.product_uom_id == line.product_id.uom_id
    return f" ({name})" if name and not usual else ""


def _sentence(env, code, numbers):
    return _variants(env).get((code, _variant(code, numbers))) or _usual(env)[code]


def _variant(code, numbers):
    """The word for what makes this finding read differently, or none."""
    detail = numbers.get("detail") or []
    if numbers.get("side") == "lower":
        return "lower"
    if code == Code.PRICE and not stored_fraction(numbers, "expected"):
        return "free"
    if code == Code.UOM_PACK and len(detail) > 1:
        return "units"
    if code == Code.CURRENCY:
        return detail[2] if len(detail) > 2 else ""
    return next((word for word in detail if word in (EXPIRED, OTHER_EXPIRY, "content")), "")


def _variants(env):
    received_less = env._(
        "Billed %(claimed)s in all, received %(expected)s%(unit)s: %(short)s too few."
    )
    return {
        (Code.PRICE, "lower"): env._(
            "Billed at %(claimed)s, ordered at %(expected)s%(unit)s: %(percent)s %% less."
        ),
        (Code.PRICE, "free"): env._("Billed at %(claimed)s%(unit)s, ordered free of charge."),
        (Code.QTY_ORD, "lower"): env._(
            "Billed %(claimed)s in all, ordered %(expected)s%(unit)s: %(short)s too few."
        ),
        (Code.QTY_REC, "lower"): received_less,
        (Code.NOT_RECEIVED, "lower"): received_less,
        (Code.ACCEPTED_QTY, "lower"): env._(
            "Billed %(claimed)s in all, %(expected)s%(unit)s passed the inspection: %(short)s too few."
        ),
        (Code.LOT_EXPIRY, EXPIRED): env._(
            "%(second)s had expired on %(third)s already when it was received."
        ),
        (Code.LOT_EXPIRY, OTHER_EXPIRY): env._("%(second)s was received with another expiry date."),
        (Code.BLANKET_PERIOD, "lower"): env._(
            "Billed on %(second)s; blanket order %(first)s begins on %(third)s."
        ),
        (Code.CURRENCY, Basis.ORDER): env._(
            "Billed in %(first)s, ordered in %(second)s: no rate is kept for the day it was ordered."
        ),
        (Code.CURRENCY, Basis.RECEIPT): env._(
            "Billed in %(first)s, ordered in %(second)s: nothing was received whose day's rate could be taken."
        ),
        (Code.CURRENCY, Basis.BILL): env._(
            "Billed in %(first)s, ordered in %(second)s: no rate is kept for the bill's date."
        ),
        (Code.DATE, "lower"): env._("Billed on %(first)s, due on %(second)s: too late."),
        (Code.DUPLICATE, "content"): env._("%(first)s has the same day, amount and lines."),
        (Code.UOM_PACK, "units"): env._(
            "Billed in %(first)s, ordered in %(second)s: the units do not compare."
        ),
    }


def _usual(env):
    return {
        Code.PRICE: env._(
            "Billed at %(claimed)s, ordered at %(expected)s%(unit)s: %(percent)s %% more."
        ),
        Code.QTY_ORD: env._(
            "Billed %(claimed)s in all, ordered %(expected)s%(unit)s: %(over)s too many."
        ),
        Code.QTY_REC: env._(
            "Billed %(claimed)s in all, received %(expected)s%(unit)s: %(over)s too many."
        ),
        Code.NOT_RECEIVED: env._("Billed %(claimed)s%(unit)s, nothing received so far."),
        Code.ACCEPTED_QTY: env._(
            "Billed %(claimed)s in all, %(expected)s%(unit)s passed the inspection: %(over)s too many."
        ),
        Code.LOT_EXPIRY: env._("%(second)s is not among the lots received."),
        Code.UOM_PACK: env._(
            "Off by a pack size: billed at %(claimed)s, ordered at %(expected)s%(unit)s."
        ),
        Code.PRICE_TOTAL: env._(
            "All bills of this line together ask %(claimed)s; at the ordered price it is %(expected)s: "
            "%(over)s too much."
        ),
        Code.CONTRACT: env._(
            "Billed at %(claimed)s; contract %(first)s says %(expected)s%(unit)s: %(percent)s %% more."
        ),
        Code.CHARGE: env._(
            "Charges of %(claimed)s in all, of which the order says nothing: %(first)s."
        ),
        Code.TAX: env._("Billed with %(claimed)s %% tax, ordered with %(expected)s %%."),
        Code.TOTALS: env._(
            "The supplier's document asks for %(expected)s, this bill says %(claimed)s: was a line changed?"
        ),
        Code.BLANKET_VALUE: env._(
            "All bills on blanket order %(first)s together ask %(claimed)s, it is for %(expected)s: %(over)s "
            "too much."
        ),
        Code.DOWN_PAYMENT: env._(
            "%(claimed)s was billed ahead on order %(first)s and is not taken off; %(expected)s is left to be billed: "
            "%(over)s would be paid twice."
        ),
        Code.BLANKET_PERIOD: env._(
            "Billed on %(second)s; blanket order %(first)s ended on %(third)s."
        ),
        Code.DATE: env._("Billed on %(first)s, due on %(second)s: %(claimed)s days too early."),
        Code.DUPLICATE: env._("%(first)s has the same number."),
        Code.SUPPLIER_BLOCK: env._("Nothing of this supplier is to be posted: %(first)s"),
        Code.CURRENCY: env._("Billed in %(first)s, ordered in %(second)s: prices do not compare."),
        Code.NO_PO: env._("No order is named for an amount of %(stake)s."),
        Code.PO_STATE: env._("Order %(first)s is not a confirmed order."),
        Code.OTHER_SUPPLIER: env._(
            "Order %(first)s was placed with %(second)s, not with who sent this bill."
        ),
        Code.ROUNDING: env._(
            "Billed at %(claimed)s, %(expected)s%(unit)s is right: the difference is rounding alone."
        ),
        Code.BANK: env._(
            "To be paid on account %(first)s, which was not one of this supplier's accounts when the "
            "bill came."
        ),
    }


def line_sentence(line, holds):
    """Why this line is as it is, in one sentence."""
    env = line.env
    closed = {"released": env._("Accepted"), "disputed": env._("Disputed")}
    parts = []
    for hold in holds.filtered(lambda h: h.state in ACTIVE or h.state == "released"):
        prefix = closed.get(hold.state)
        parts.append(f"{prefix}: {hold.explanation}" if prefix else hold.explanation)
    if parts:
        return " ".join(parts)
    if not line.purchase_line_id:
        return env._("No order line to compare with.")
    if line.result == "tolerated":
        return env._("Differs a little, within what the policy tolerates.")
    return env._("As ordered and received.") if line.receipt_expected else env._("As ordered.")


def rate_sentence(line):
    """The order's price in its own money, and at which rate it is told in the bill's; empty where both are one."""
    if not line.rate:
        return ""
    env = line.env
    # sudo: the price that was ordered, whoever reads the worksheet
    order_line = line.purchase_line_id.sudo()
    ordered, net = order_line.currency_id, order_line.price_unit * (1 - order_line.discount / 100)
    why = {
        Basis.ORDER: env._("the day it was ordered"),
        Basis.RECEIPT: env._("the day it was received"),
        Basis.BILL: env._("the bill's date"),
    }
    return env._(
        "Ordered at %(price)s in %(ordered)s. Compared at %(rate)s %(billed)s for 1 %(ordered)s, the rate of %(day)s: "
        "%(why)s, as the policy says.",
        price=price(env, from_float(net), ordered),
        ordered=ordered.name,
        rate=number(env, from_float(line.rate)),
        billed=line.currency_id.name,
        day=format_date(env, line.rate_day),
        why=why[line.rate_basis],
    )


def link_reasons(env, reasons):
    """What speaks for a link, in words."""
    texts = {
        Reason.PRODUCT: env._("same product"),
        Reason.GTIN: env._("same GTIN"),
        Reason.CODE: env._("same item code"),
        Reason.PRICE: env._("price fits"),
        Reason.QUANTITY: env._("quantity is open"),
        Reason.NAME: env._("name is alike"),
    }
    return ", ".join(texts[reason] for reason in reasons)


def linked(line):
    """Why the line names this order, where the bill itself named none."""
    if not line.link_score:
        return ""
    values = {
        "score": line.link_score,
        "reasons": link_reasons(line.env, line.link_reasons),
        "who": line.link_user_id.name,
    }
    if line.link_user_id:
        return line.env._(
            "The bill named no order; linked by %(who)s (%(score)s of 100: %(reasons)s).", **values
        )
    return line.env._(
        "The bill named no order; linked by the evidence (%(score)s of 100: %(reasons)s).", **values
    )


def limit_text(env, limit):
    """``up to 2 % and 5``, ``nothing``, ``not checked``."""
    if not limit:
        return ""
    if limit["state"] == State.NOT_CHECKED:
        return env._("not checked")
    if limit["state"] == State.ZERO:
        return env._("nothing")
    percent, absolute = limit["percent"], limit["absolute"]
    if percent and absolute:
        return env._("up to %(percent)s %% and %(amount)s", percent=percent, amount=absolute)
    if percent:
        return env._("up to %s %%", percent)
    return env._("up to %s", absolute)


def grounds(hold):
    """What was tolerated, and by which row of which version: ``up to 3 % for Gloves (category), All v4``."""
    # sudo: the row that was applied, for readers who may not read policies themselves.
    row, policy = hold.sudo().tolerance_id, hold.sudo().policy_id
    limit = limit_text(hold.env, (hold.numbers or {}).get("limit"))
    # Some findings, as another payee account, know no limit.
    return _by_row(hold.env, limit, row, policy) if limit else ""


def line_grounds(line):
    """The rows a reader of the worksheet asks for: price, quantity, what it is held against, or why no order."""
    env, policy = line.env, line.sudo().match_id.policy_id  # sudo: as above
    line = line.sudo()  # sudo: as above
    if not policy:
        return ""
    if line.exemption_id:
        return line.exemption_id._in_words()
    if not line.purchase_line_id:
        return ""
    code = Code.QTY_REC if line.receipt_expected else Code.QTY_ORD
    said = []
    for kind, row in ((Code.PRICE, line.price_row_id), (code, line.quantity_row_id)):
        upper = row._limit("upper") if row else DEFAULT_RULES[kind].tolerance.upper
        limit = limit_text(env, limit_numbers(upper))
        said.append(_by_row(env, limit, row, policy.browse()))
    parts = [env._("Price %(price)s; quantity %(quantity)s", price=said[0], quantity=said[1])]
    if line.way_row_id:
        way = dict(line.way_row_id._fields["way"]._description_selection(env))[line.way_row_id.way]
        parts.append(_by_row(env, way, line.way_row_id, policy.browse()))
    return f"{'; '.join(parts)} ({policy.display_name})"


def _by_row(env, limit, row, policy):
    if row and row._scope() != ANYWHERE:
        limit = env._("%(limit)s for %(where)s", limit=limit, where=row.where)
    return f"{limit}, {policy.display_name}" if policy else limit


def consequence(decision, holds):
    """What a decision will do, before it is taken."""
    env = holds.env
    amounts = [
        format_amount(
            env, sum(holds.filtered(lambda h, c=c: h.currency_id == c).mapped("amount_gross")), c
        )
        for c in holds.currency_id
    ]
    amount = ", ".join(amounts)
    if decision == "approve_change":
        return env._(
            "You stand for the order as it was changed after the bill came. Bills are compared with it as "
            "it is now."
        )
    if decision == "release":
        text = env._(
            "You accept the difference as it stands: %s becomes payable. It is asked again only if the "
            "numbers get worse.",
            amount,
        )
        if "none_of_two" in holds.mapped("approval"):
            text += " " + env._(
                "Where it takes two people, you are the first, and nothing is payable yet."
            )
        return text
    return env._(
        "The bill can be posted. %s stays unpaid until a credit note arrives or somebody releases the "
        "hold; the rest can be paid.",
        amount,
    )


def banner(holds, blocks):
    """What stands on top of a held bill."""
    env = holds.env
    labels = dict(holds._fields["code"]._description_selection(env))
    kinds = ", ".join(dict.fromkeys(labels[hold.code] for hold in holds))
    amount = format_amount(env, sum(holds.match_id.mapped("withheld")), holds.currency_id[:1])
    if blocks == "posting" and len(holds) == 1:
        return env._("1 hold stops posting: %s.", kinds)
    if blocks == "posting":
        return env._("%(count)s holds stop posting: %(kinds)s.", count=len(holds), kinds=kinds)
    return env._("%(amount)s is kept from being paid: %(kinds)s.", amount=amount, kinds=kinds)
