"""Checks before an order leaves: each a small rule over facts that were collected for a whole batch.

A check looks at one order (``OrderFacts``) with the settings of its rule and gives a verdict that says what it
looked at; it reads nothing by itself. CHECKS at the end is the table of them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

HUNDRED = Fraction(100)


@dataclass(frozen=True, slots=True)
class SupplierFacts:
    """``approval``: approved, suspended, or None where nobody decided; dates are the last day on which it holds."""

    approval: str | None = None
    approved_until: date | None = None
    certificate_until: date | None = None
    sites: frozenset[int] = frozenset()
    licences: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line of an order, in its own unit and currency. ``contract``: the contract price that holds, if any."""

    name: str
    quantity: Fraction
    price: Fraction
    contract: Fraction | None = None
    contract_reference: str | None = None
    has_contracts: bool = False
    sites: frozenset[int] = frozenset()
    controlled: bool = False
    has_cost_centre: bool = False


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What is known of an order. ``site``: the care site (our id) it is delivered to."""

    name: str
    day: date
    supplier: SupplierFacts
    site: int | None = None
    supplier_reference: str | None = None
    origin: str | None = None
    lines: tuple[LineFacts, ...] = ()
    budget_left: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """``tolerance``: per cent above the contract price; ``required``: of REFERENCES."""

    tolerance: Fraction = Fraction(0)
    required: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """Why an order must not leave: a key of TEXTS and what goes into it."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``inputs`` is what was looked at, json-able, for whoever asks later."""

    findings: tuple[Finding, ...]
    inputs: Mapping[str, object]

    @property
    def passed(self) -> bool:
        return not self.findings


REFERENCES = ("supplier_reference", "origin", "cost_centre")


def supplier_eligible(order: OrderFacts, settings: Settings) -> Verdict:
    """Approved, and neither the approval nor the certificate expired.

    >>> order = OrderFacts("P1", date(2026, 6, 1), SupplierFacts("approved", date(2026, 5, 31)))
    >>> [finding.code for finding in supplier_eligible(order, Settings()).findings]
    ['approval_expired']
    """
    supplier, found = order.supplier, []
    if supplier.approval != "approved":
        found.append(Finding("suspended" if supplier.approval else "not_approved"))
    for until, code in (
        (supplier.approved_until, "approval_expired"),
        (supplier.certificate_until, "certificate_expired"),
    ):
        if until is not None and until < order.day:
            found.append(Finding(code, {"day": until.isoformat()}))
    return Verdict(
        tuple(found),
        {
            "approval": supplier.approval,
            "approved_until": _iso(supplier.approved_until),
            "certificate_until": _iso(supplier.certificate_until),
        },
    )


def contract_price(order: OrderFacts, settings: Settings) -> Verdict:
    """No line costs more than its contract price and the tolerance; items without any contract are not its matter.

    >>> line = LineFacts("Gloves", Fraction(1), Fraction(11), contract=Fraction(10), has_contracts=True)
    >>> order = OrderFacts("P1", date(2026, 6, 1), SupplierFacts(), lines=(line,))
    >>> contract_price(order, Settings(tolerance=Fraction(10))).passed
    True
    >>> contract_price(order, Settings(tolerance=Fraction(9))).findings[0].values["contract"]
    '10.00'
    """
    found, looked_at = [], []
    for line in order.lines:
        if not line.has_contracts:
            continue
        looked_at.append([line.name, _text(line.price), line.contract and _text(line.contract)])
        if line.contract is None:
            found.append(Finding("no_contract_price", {"item": line.name}))
        elif line.price * HUNDRED > line.contract * (HUNDRED + settings.tolerance):
            values = {
                "item": line.name,
                "price": _text(line.price),
                "contract": _text(line.contract),
                "reference": line.contract_reference or "",
            }
            found.append(Finding("above_contract", values))
    return Verdict(tuple(found), {"tolerance": _text(settings.tolerance), "lines": looked_at})


def item_restricted(order: OrderFacts, settings: Settings) -> Verdict:
    """Items that only some sites may order, and controlled substances without a licence of the supplier."""
    found = []
    licence = order.supplier.licences.get("controlled")
    for line in order.lines:
        if line.sites and order.site not in line.sites:
            found.append(Finding("not_for_site", {"item": line.name}))
        if line.controlled and (licence is None or licence < order.day):
            found.append(Finding("no_licence", {"item": line.name}))
    inputs = {
        "site": order.site,
        "licence_until": _iso(licence),
        "controlled": [line.name for line in order.lines if line.controlled],
    }
    return Verdict(tuple(found), inputs)


def location_valid(order: OrderFacts, settings: Settings) -> Verdict:
    """The supplier delivers to the order's site; one that names no sites delivers to all.

    >>> order = OrderFacts("P1", date(2026, 6, 1), SupplierFacts(sites=frozenset({2})), site=1)
    >>> location_valid(order, Settings()).passed
    False
    """
    sites = order.supplier.sites
    fits = not sites or order.site in sites
    inputs = {"site": order.site, "supplier_sites": sorted(sites)}
    return Verdict(() if fits else (Finding("not_delivered_there"),), inputs)


def references_present(order: OrderFacts, settings: Settings) -> Verdict:
    """What the rule requires is filled in."""
    present = {
        "supplier_reference": bool(order.supplier_reference),
        "origin": bool(order.origin),
        "cost_centre": all(line.has_cost_centre for line in order.lines),
    }
    missing = [name for name in REFERENCES if name in settings.required and not present[name]]
    return Verdict(tuple(Finding(f"no_{name}") for name in missing), {"present": present})


def budget_left(order: OrderFacts, settings: Settings) -> Verdict:
    """Nothing is left of the budget, where an addon says how much is."""
    left = order.budget_left
    inputs = {"left": None if left is None else _text(left)}
    if left is None or left >= 0:
        return Verdict((), inputs)
    return Verdict((Finding("over_budget", {"by": _text(-left)}),), inputs)


@dataclass(frozen=True, slots=True)
class Check:
    label: str
    decide: Callable[[OrderFacts, Settings], Verdict]


CHECKS = {
    "supplier_eligible": Check("The supplier is approved", supplier_eligible),
    "contract_price": Check("Prices are those of the contract", contract_price),
    "item_restricted": Check("The site may order the items", item_restricted),
    "location_valid": Check("The supplier delivers there", location_valid),
    "references_present": Check("References are filled in", references_present),
    "budget_left": Check("The budget is not used up", budget_left),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Whether a check is on, and how; ``company`` and ``route`` None: for all. ``id`` is that of our record."""

    check: str
    on: bool
    company: int | None = None
    route: int | None = None
    settings: Settings = Settings()
    id: int | None = None


def rules_for(rules: Iterable[Rule], company: int, route: int) -> list[Rule]:
    """The rules that are on, in the order of CHECKS: of each check the closest rule holds, a route's first.

    >>> everywhere = Rule("location_valid", True)
    >>> not_here = Rule("location_valid", False, route=3)
    >>> rules_for([everywhere, not_here], 1, 2) == [everywhere], rules_for([everywhere, not_here], 1, 3)
    (True, [])
    """
    closest: dict[str, Rule] = {}
    for rule in rules:
        if rule.company in (None, company) and rule.route in (None, route):
            known = closest.get(rule.check)
            if known is None or _closeness(rule) > _closeness(known):
                closest[rule.check] = rule
    return [closest[check] for check in CHECKS if check in closest and closest[check].on]


def _closeness(rule: Rule) -> tuple[bool, bool]:
    return rule.route is not None, rule.company is not None


@dataclass(frozen=True, slots=True)
class ContractPrice:
    """A contract price, for one of the order line's unit, from ``minimum`` of them on."""

    price: Fraction
    minimum: Fraction
    currency: int
    reference: str
    valid_from: date | None = None
    valid_to: date | None = None
    site: int | None = None


def price_that_holds(
    prices: Iterable[ContractPrice], quantity: Fraction, currency: int, day: date, site: int | None
) -> ContractPrice | None:
    """The contract price for so many on ``day``: the site's own before the general, then the highest tier.

    >>> one = ContractPrice(Fraction(10), Fraction(0), 1, "C")
    >>> many = ContractPrice(Fraction(9), Fraction(100), 1, "C")
    >>> price_that_holds([one, many], Fraction(99), 1, date(2026, 1, 1), None) is one
    True
    >>> price_that_holds([one, many], Fraction(100), 1, date(2026, 1, 1), None) is many
    True
    """
    fitting = [
        each
        for each in prices
        if each.currency == currency
        and each.minimum <= quantity
        and (each.valid_from is None or each.valid_from <= day)
        and (each.valid_to is None or day <= each.valid_to)
        and each.site in (None, site)
    ]
    return max(
        fitting,
        key=lambda each: (each.site is not None, each.minimum, -each.price),
        default=None,
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _text(value: Fraction) -> str:
    return f"{float(value):.2f}"
