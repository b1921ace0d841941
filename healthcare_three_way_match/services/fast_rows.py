"""From rows to the values the decision takes, for plain bills: a fixed number of statements for any number of bills.

What most lines need is one row (``pairs``); of those that are not as ordered everything is read (``plain_bills``).

``collect.Collector`` reads everything a bill can have, through records. This reads what most bills have, through
SQL, and says of each other bill that it is not plain: it is then compared the other way. A test compares both on
the same bills. What is added to ``core.lines`` is either read here or named in ``fast_queries.NOT_PLAIN``.
"""

from collections import defaultdict
from dataclasses import fields, replace
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from ..core.exact import from_float, unit_factor
from ..core.lines import Bill, BillLine, Claim, Moved, OrderLine, Unit
from ..core.pairs import Pair, path
from ..core.scope import Subject
from .collect import BILL_TYPES
from .collect_terms import contracts, tax_rate
from .fast_queries import (
    ACCOUNTS,
    CLAIMS,
    HEADS,
    LINES,
    MOVES,
    ORDER_LINES,
    ORDER_TAXES,
    PACKS,
    PAIRS,
    TAXES,
    WITH_CONTRACT,
)
from .stored import stored_agreed

# What is read below, or is not there on a plain bill (``allowance``, ``twins``, lots, inspections, blanket orders,
# rates, down payments, another supplier's orders).
FACTS = {
    Bill: {
        "key", "lines", "rank", "currency", "must_have_order", "payee", "accounts", "allowance", "rounding", "day",
        "stated", "twins", "supplier_block", "subject", "journal", "entered",
    },
    BillLine: {
        "key", "quantity", "unit", "price", "order", "net", "gross", "tax_rate", "charge", "account", "lots",
        "rates", "at", "ordered_from",
    },
    OrderLine: {
        "key", "order", "quantity", "unit", "price", "currency", "confirmed", "three_way", "received", "claims",
        "packs", "agreed", "contract", "promised", "tax_rate", "subject",
        "accepted", "lots", "announced", "blanket", "advance",
    },
    Claim: {"bill", "rank", "quantity", "unit", "price", "credit", "corrects", "currency", "rates"},
    Moved: {"quantity", "unit"},
}  # fmt: skip
# A fact that nobody reads here must not be taken for absent: then no bill is plain.
UNREAD = sorted(
    f"{cls.__name__}.{each.name}"
    for cls, known in FACTS.items()
    for each in fields(cls)
    if each.name not in known
)


class Head(NamedTuple):
    """A plain bill without its lines; ``match_*``, ``posted_on`` and ``agreed`` of what is stored of it already."""

    id: int
    state: str
    booked: object
    day: object
    created: object
    stated: float | None
    message: int | None
    payee: str | None
    company_id: int
    partner_id: int
    journal_id: int
    currency: str
    rounding: float
    match_id: int | None
    posted_on: object
    match_state: str | None
    agreed: dict | None
    currency_id: int

    @property
    def stands_alone(self):
        """Whether a person entered it: no document says anything of the whole bill that it had to be held against."""
        return not self.message and not self.payee

    @property
    def linked(self):
        """The order lines it has named so far."""
        return {int(key) for key in self.agreed or ()}


class FastRows:
    """Reads plain bills. Keeps units, taxes and the like over many calls, never bills.

    How to use: ``heads(bill_ids)`` gives what is plain so far, ``pairs(heads)`` their lines; a bill that is missing in
    ``plain_bills(heads, line_ids)`` is not plain after all.
    """

    def __init__(self, env):
        assert env.su, "a match reads what there is, whatever the user may see"
        self.env = env
        self._units = {}
        self._rates = {}
        locations = env["stock.location"].with_context(active_test=False)
        self._inspected = env["stock.location"]._match_inspection().ids
        # What goes here went back, or waits for somebody who looks at it.
        self._places = self._inspected + locations.search([("usage", "=", "supplier")]).ids

    def heads(self, bill_ids):
        """``{bill id: Head}`` of those that are plain; everything that waits to be written is written first."""
        if UNREAD:
            return {}
        self.env.flush_all()
        # Thousands of small look-ups look large to the planner: compiling them took four times as long as they do, and
        # other processors have other portions.
        self.env.cr.execute("SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0")
        heads = map(Head._make, self._rows(HEADS, list(bill_ids)))
        return {head.id: head for head in heads}

    def pairs(self, heads):
        """``{bill id: [Pair of each line, in their order]}``."""
        found = {head: [] for head in heads}
        if heads:
            argument = {"bills": list(heads), "places": self._places}
            for pair in map(Pair._make, self._rows(PAIRS, argument)):
                found[pair.bill].append(pair)
        return found

    def comparable(self, pairs):
        """Those of their taxes that their prices do not include."""
        texts = {pair.taxes for pair in pairs}
        return {text for text in texts if self._rate(_keys(text)) is not NOT_COMPARED}

    def terms(self, pair):
        """What the order line says now, as ``stored.agreed_numbers``."""
        ratio = self.unit(
            pair.order_unit
        ).factor.as_integer_ratio()  # quicker to look up than a fraction
        return [
            _price_text(pair.order_price, pair.order_discount, ratio),
            _quantity_text(pair.ordered, ratio),
        ]

    def plain_bills(self, heads, line_ids):
        """``{bill id: core bill with these lines of it}``; bills that are not plain after all are missing."""
        lines = self._rows(LINES, list(line_ids))
        order_ids = list({line[9] for line in lines if line[9]})
        claims = self._rows(CLAIMS, order_ids)
        rates = self._tax_rates({line[0] for line in lines} | {claim[0] for claim in claims})
        orders = self._order_lines(order_ids, self._claims(claims, rates))
        accounts = self._accounts(heads.values())
        by_bill = defaultdict(list)
        for line in lines:
            by_bill[line[1]].append(line)
        found = {}
        for key, own in by_bill.items():
            bill = self._bill(heads[key], own, orders, rates, accounts)
            if bill is not None:
                found[key] = bill
        return found

    def _rows(self, query, argument):
        if not argument:
            return []
        self.env.cr.execute(query, argument if isinstance(argument, dict) else (argument,))
        return self.env.cr.fetchall()

    def _bill(self, head, lines, orders, rates, accounts):
        """A core bill, or None where a line of it is not plain."""
        core = []
        for line in lines:
            order, rate = None, rates[line[0]]
            if rate is NOT_COMPARED:
                return None
            if line[9]:
                order = orders[line[9]]
                if order is None or order.subject.supplier != head.partner_id:
                    return None
                kept = stored_agreed(head.agreed, order.key) if head.agreed else None
                if kept and _raised(order, kept):
                    return None  # whether somebody stands for that is asked elsewhere
                order = replace(order, agreed=kept) if kept else order
            core.append(self._bill_line(line, order, rate))
        ordered = {line.order.subject.order for line in core if line.order}
        return Bill(
            key=head.id,
            lines=tuple(core),
            rank=_rank(head.id, head.state, head.posted_on, head.booked),
            currency=head.currency,
            must_have_order=bool(head.message),
            payee=head.payee or None,
            accounts=tuple(
                number
                for number, trusted, since in (
                    accounts.get(head.partner_id, ()) if head.payee else ()
                )
                if trusted or since <= head.created
            ),
            allowance=Fraction(0),
            rounding=from_float(float(head.rounding)),
            day=head.day,
            stated=number(head.stated) if head.message else None,
            subject=Subject(
                order=ordered.pop() if len(ordered) == 1 else None, supplier=head.partner_id
            ),
            journal=head.journal_id,
            entered=head.created.date(),
        )

    def _bill_line(self, line, order, rate):
        unit = self.unit(line[3]) if line[3] else (order.unit if order else self.unit(None))
        return BillLine(
            key=line[0],
            quantity=number(line[2]),
            unit=unit,
            price=net_price(line[4], line[5]),
            order=order,
            net=number(line[6]),
            gross=number(line[7]),
            tax_rate=rate,
            charge=line[8] or None,
            account=line[10] or None,
        )

    def _order_lines(self, ids, claims):
        """``{id: OrderLine, or None where it is not plain}``."""
        rows = self._rows(ORDER_LINES, ids)
        rates = self._order_rates(ids)
        packs = self._packs({row[10] for row in rows if row[10]})
        moved = self._moved(ids, {row[0]: row[10] for row in rows})
        agreed = self._contracts(rows)
        found = {}
        for row in rows:
            key, unit = row[0], self.unit(row[3])
            received, claimed = moved.get(key, ()), claims.get(key, ())
            if received is None or claimed is None or rates[key] is NOT_COMPARED or row[16]:
                found[key] = None
                continue
            if any(claim.currency != row[6] for claim in claimed):
                found[key] = None  # billed in another currency: at which rate is asked elsewhere
                continue
            if not received and row[9]:
                received = (Moved(number(row[9]), unit),)  # a kit: its parts moved
            found[key] = OrderLine(
                key=key,
                order=row[1],
                quantity=number(row[2]),
                unit=unit,
                price=net_price(row[4], row[5]),
                currency=row[6],
                confirmed=row[7] == "purchase",
                three_way=row[8] == "stock_moves",
                received=tuple(received),
                claims=tuple(claimed),
                packs=packs.get(row[10], ()),
                contract=agreed.get(key),
                promised=row[11].date() if row[11] else None,
                tax_rate=rates[key],
                subject=Subject(row[13], row[10], path(row[15]), row[14]),
            )
        return found

    def _moved(self, ids, products):
        """``{order line: [Moved]}``; None where goods came back or are inspected."""
        found = {}
        inspected = set(self._inspected)
        for line, quantity, unit, product, plain, place in self._rows(MOVES, ids):
            if not plain or place in inspected:
                found[line] = None
            elif found.get(line, ()) is not None and product == products[line]:
                found.setdefault(line, []).append(Moved(number(quantity), self.unit(unit)))
        return found

    def _claims(self, rows, rates):
        """``{order line: [Claim]}``; None where a price includes its tax."""
        found = defaultdict(list)
        for row in rows:
            line, bill, kind = row[1], row[2], row[7]
            if rates[row[0]] is NOT_COMPARED:
                found[line] = None
            elif found[line] is not None:
                found[line].append(
                    Claim(
                        bill=bill,
                        rank=_rank(bill, row[8], row[11], row[9]),
                        quantity=number(row[3]),
                        unit=self.unit(row[4]),
                        price=net_price(row[5], row[6]),
                        credit=kind not in BILL_TYPES,
                        corrects=row[10],
                        currency=row[12],
                    )
                )
        return found

    def _packs(self, products):
        found = defaultdict(set)
        for product, uom, base in self._rows(PACKS, {"products": list(products)}):
            unit = self.unit(uom) if uom else None
            if unit and unit.base == self.unit(base).base:
                found[product].add(unit.factor)
        return {product: tuple(sorted(factors)) for product, factors in found.items()}

    def _contracts(self, rows):
        templates = list({row[12] for row in rows if row[12]})
        under = {template for [template] in self._rows(WITH_CONTRACT, templates)}
        ids = [row[0] for row in rows if row[12] in under]
        if not ids:
            return {}
        found = contracts(
            self.env["purchase.order.line"].browse(ids), lambda uom: self.unit(uom.id)
        )
        return {line.id: contract for line, contract in found.items()}

    def _accounts(self, heads):
        """``{supplier: [(number, trusted, since)]}`` for documents that name a payee account."""
        partners = list({head.partner_id for head in heads if head.payee})
        found = defaultdict(list)
        for partner, *account in self._rows(ACCOUNTS, partners):
            found[partner].append(account)
        return found

    def _tax_rates(self, line_ids):
        return self._rates_of(TAXES, line_ids)

    def _order_rates(self, ids):
        return self._rates_of(ORDER_TAXES, ids)

    def _rates_of(self, query, ids):
        """``{line: rate in percent, None where taxes do not compare, NOT_COMPARED where a price includes them}``."""
        taxes = defaultdict(list)
        for line, tax in self._rows(query, list(ids)):
            taxes[line].append(tax)
        return {line: self._rate(tuple(sorted(taxes.get(line, ())))) for line in ids}

    def _rate(self, tax_ids):
        if tax_ids not in self._rates:
            taxes = self.env["account.tax"].browse(tax_ids)
            included = any(tax.price_include for tax in taxes.flatten_taxes_hierarchy())
            self._rates[tax_ids] = NOT_COMPARED if included else tax_rate(taxes)
        return self._rates[tax_ids]

    def unit(self, uom_id):
        """The unit as the decision knows it."""
        if uom_id not in self._units:
            uom = self.env["uom.uom"].browse(uom_id or ())
            root = (uom.parent_path or f"{uom.id}/").split("/")[0]
            factor = unit_factor(from_float(uom.factor)) if uom else Fraction(1)
            self._units[uom_id] = Unit(uom.name or "", factor, root)
        return self._units[uom_id]


# The price is written with its tax: what it is without needs the tax engine.
NOT_COMPARED = object()


@lru_cache(maxsize=65_536)
def number(stored):
    """The number somebody meant, exactly; the same few quantities and prices come again and again."""
    return Fraction(from_float(float(stored or 0)))


@lru_cache(maxsize=65_536)
def net_price(price, discount):
    """The unit price less discount, exactly."""
    return number(price) * (100 - number(discount)) / 100 if discount else number(price)


@lru_cache(maxsize=65_536)
def net_price_float(price, discount):
    """The same as it is stored."""
    return float(net_price(price, discount))


@lru_cache(maxsize=65_536)
def _price_text(price, discount, ratio):
    return str(net_price(price, discount) / Fraction(*ratio))


@lru_cache(maxsize=65_536)
def _quantity_text(quantity, ratio):
    return str(number(quantity) * Fraction(*ratio))


def _keys(text):
    """The keys of an array, as PostgreSQL writes it."""
    return tuple(int(key) for key in text.strip("{}").split(",") if key)


def _raised(order, agreed):
    """Whether the order asks for more than it did when the bill came."""
    unit = order.unit
    return agreed.price < unit.price_to_base(order.price) or agreed.quantity < unit.to_base(
        order.quantity
    )


def _rank(bill_id, state, posted_on, day):
    """As ``collect.Collector._rank``."""
    return (0, str(posted_on or day), bill_id) if state == "posted" else (1, "", bill_id)
