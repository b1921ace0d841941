"""What each code of an arrived document stands for here, by which row of which table, or what it probably is."""

import re
from dataclasses import dataclass
from functools import cached_property

from ...core.documents import Invoice, Item, Party
from ...core.exceptions import BusinessError, IntegrationError
from ...core.mapping import Missing, Row
from ...core.used_codes import UsedCode, used_codes
from ..apply.invoice_taxes import Taxes
from ..arrival import missing_item, missing_party
from ..item_search import ItemSearch
from ..mapping_suggestions import suggest_for
from ..mapping_versions import Words
from ..parties import partners_of
from . import page

SHOWN = 200
SUGGESTED = 3
_LINE = re.compile(r"lines\[(\d+)\]")
# Whose parties are looked up; others are told and nothing hangs on them.
LOOKED_UP = ("buyer", "seller")
# What is taken as it stands where no table has it: nothing is stopped by it.
OPTIONAL = ("account", "cost_centre", "reason", "payment_term")


@dataclass(slots=True)
class Judged:
    """A code, how often it is used, and what it is: ``row`` of a mapping, or ``otherwise`` recognised, or neither."""

    used: UsedCode
    times: int = 1
    row: Row | None = None
    otherwise: str = ""
    error: str = ""
    needed: bool = True
    missing: Missing | None = None

    @property
    def unknown(self):
        return not (self.row or self.otherwise)


class Codes:
    """Asks the same tables as the appliers do; ``arrival``: what was read, whether or not its supplier is known."""

    def __init__(self, env, arrival):
        self.env = env
        self.arrival = arrival
        self.document = arrival.document

    def table(self):
        env = self.env
        judged = sorted(self._judged(), key=lambda each: not (each.unknown and each.needed))
        lines = self.arrival.env[
            "integration.mapping.line"
        ].sudo()  # sudo: as MappingTables reads them
        lines = {each.id: each for each in lines.browse([j.row.line for j in judged if j.row])}
        words = self._words([each for each in judged if each.row])
        kinds = dict(env["integration.mapping"]._fields["domain"]._description_selection(env))
        rows = []
        for each in judged:
            place = each.used.path + (
                env._(" and %s more", each.times - 1) if each.times > 1 else ""
            )
            line = lines.get(each.row.line) if each.row else None
            stands = words[each.used.domain].of(each.row) if each.row else each.otherwise
            rows.append(
                [
                    each.used.code,
                    self._verdict(each),
                    stands or each.error,
                    self._suggestions(each) if each.unknown else "",
                    line.mapping_id.display_name if line else "",
                    kinds[each.used.domain],
                    place,
                ]
            )
        return page.table(
            "codes",
            env._("Codes"),
            [
                env._("Code"), env._("Result"), env._("Stands for"), env._("Probably"), env._("By mapping"),
                env._("Kind"), env._("Where"),
            ],
            rows,
        )  # fmt: skip

    def _verdict(self, each):
        env = self.env
        if each.row:
            return {"text": env._("mapped"), "level": page.GOOD}
        if each.otherwise:
            return {"text": env._("recognised"), "level": page.GOOD}
        if not each.needed:
            return {"text": env._("as it stands"), "level": page.NEUTRAL}
        return {"text": env._("unknown"), "level": page.BAD}

    def _suggestions(self, each):
        if each.missing is None:
            return ""
        reason = self.env["integration.mapping.suggestion"]._fields["reason"]
        reasons = dict(reason._description_selection(self.env))
        endpoint = self.arrival.endpoint
        found = suggest_for(endpoint, endpoint.company_id, each.missing)[:SUGGESTED]
        return "; ".join(f"{s.name} ({s.score} %, {reasons[s.reason]})" for s in found)

    def _words(self, judged):
        by_domain = {}
        for each in judged:
            by_domain.setdefault(each.used.domain, []).append(each.row)
        return {domain: Words(self.env, domain, rows) for domain, rows in by_domain.items()}

    # -- what each stands for ------------------------------------------------------------------------

    def _judged(self):
        found = {}
        for used in used_codes(self.document):
            product = self._product(used)
            key = used.domain, used.code, product.id
            if key in found:
                found[key].times += 1
            elif len(found) < SHOWN:
                found[key] = self._judge(used, product)
        return [each for each in found.values() if not self._said_twice(each, found)]

    def _said_twice(self, each, found):
        """A party's id stands there with its scheme too, and by that it is known or asked for."""
        return (
            each.used.domain in ("party", "location")
            and each.row is None
            and any(
                domain == each.used.domain and code.partition(":")[2] == each.used.code
                for domain, code, _product in found
            )
        )

    def _judge(self, used, product):
        judged = Judged(used)
        try:
            judged.row = self.arrival.mappings.find(used.domain, used.code, product.id or None)
        except BusinessError as error:
            judged.error = str(error)
        if judged.row is None and not judged.error:
            self._LOOKS[used.domain](self, judged, product)
        return judged

    def _unit(self, judged, product):
        # A bill without an order is taken line by line as it says.
        judged.needed = not isinstance(self.document, Invoice) or self._names_order(judged.used)
        judged.missing = Missing("unit", judged.used.code, product=product.id or None)

    def _item(self, judged, product):
        judged.needed = not isinstance(self.document, Invoice) or self._names_order(judged.used)
        if product:
            judged.otherwise = product.display_name
        elif judged.needed:
            judged.missing = missing_item(judged.used.item, self._candidates(judged.used))

    def _party(self, judged, _product):
        domain, party = judged.used.domain, self._party_at(judged.used.path)
        judged.needed = judged.used.path.partition(".")[0] in LOOKED_UP
        named = partners_of(party, self.arrival._partners) if judged.needed else None
        if named:
            judged.otherwise = ", ".join(named.mapped("display_name"))
            return
        if not judged.needed:
            return
        near = self.arrival._own if domain == "location" else self.arrival._listed()
        judged.missing = missing_party(domain, party, near)

    def _tax(self, judged, _product):
        part = self._part_at(judged.used.path.rpartition(".")[0])
        category = getattr(part, "category", getattr(part, "tax_category", None))
        rate = getattr(part, "rate", getattr(part, "tax_rate", None))
        line = self._order_line(judged.used.path)
        try:
            tax = self._taxes.of(category, rate, line)
        except IntegrationError as error:
            judged.error, judged.missing = str(error), getattr(error, "missing", None)
        else:
            judged.otherwise = ", ".join(tax.mapped("name")) or self.env._("no tax")

    def _optional(self, judged, _product):
        judged.needed = False

    _LOOKS = {
        "unit": _unit,
        "item": _item,
        "party": _party,
        "location": _party,
        "tax": _tax,
        **dict.fromkeys(OPTIONAL, _optional),
    }

    # -- where it stands -----------------------------------------------------------------------------

    @cached_property
    def _taxes(self):
        return Taxes(self.arrival)

    @cached_property
    def _search(self):
        items = [used.item for used in used_codes(self.document) if used.item]
        return ItemSearch(self.arrival.env, self.arrival._listed(), items)

    def _product(self, used):
        """Our product that a code is about: that of the order line it names, else what its item's codes say."""
        none = self.arrival.env["product.product"]
        if used.domain not in ("unit", "item"):
            return none
        product = self._order_line(used.path).product_id
        if not product and isinstance(used.item, Item):
            found = self._search.of(used.item)
            product = found if len(found) == 1 else none
        return product

    def _order_line(self, path):
        """The order line that the document's line at ``path`` is about; empty where none is known."""
        place = _LINE.match(path)
        none = self.arrival.env["purchase.order.line"]
        if not place:
            return none
        return self._order_lines.get(int(place[1])) or none

    @cached_property
    def _order_lines(self):
        found = {}
        for place, line in enumerate(getattr(self.document, "lines", ()), 1):
            order = self._order(line)
            if order:
                try:
                    found[place] = self.arrival.order_line(
                        order, getattr(line, "order_line", None), line.item
                    )
                except IntegrationError:
                    continue
        return found

    def _order(self, line):
        number = self._order_number(line)
        return self.arrival.orders.get(number) if self.arrival.supplier else None

    def _order_number(self, line):
        own = getattr(self.document, "order_number", None)
        return getattr(line, "order_number", None) or own

    def _names_order(self, used):
        return bool(self._order_number(self._line(used)))

    def _line(self, used):
        place = _LINE.match(used.path)
        return self.document.lines[int(place[1]) - 1] if place else None

    def _candidates(self, used):
        line = self._line(used)
        order = self._order(line) if line else None
        return self.arrival._candidates_of(order) if order else ()

    def _party_at(self, path):
        part = self._part_at(path.rpartition(".")[0])
        return part if isinstance(part, Party) else None

    def _part_at(self, path):
        """The part of the document at a path as in ``lines[2].tax``."""
        part = self.document
        for name in path.split(".") if path else ():
            name, _bracket, place = name.partition("[")
            part = getattr(part, name)
            if place:
                part = part[int(place[:-1]) - 1]
        return part
