"""What a supplier answers to an order. Pure: documents, faults and the date in, documents out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from odoo.addons.healthcare_procurement_connector.core.documents import (
    DespatchAdvice,
    DespatchLine,
    Invoice,
    InvoiceLine,
    Lot,
    Order,
    OrderChange,
    OrderResponse,
    OrderResponseLine,
    Package,
    Party,
    Payee,
    Period,
    Price,
    Quantity,
    Tax,
    TaxRate,
)

from .faults import Faults

CENT = Decimal("0.01")
TRANSIT = timedelta(days=2)
PAYMENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Tracking:
    """How a product is told apart: by "lot" or by "serial", good for ``shelf_days`` (None: for ever)."""

    by: str
    shelf_days: int | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """Who the supplier is. ``tracking`` goes by item code; a party of None speaks as the order named it."""

    party: Party | None = None
    account: str | None = None
    tax: TaxRate = TaxRate("Z", Decimal(0))
    tracking: Mapping[str, Tracking] = field(default_factory=dict)
    company_prefix: str = "9521234"


def respond(order: Order, profile: Profile, faults: Faults, today: date, number: str):
    """The supplier's answer. As Peppol has it, only an answer with changes lists lines, and then all."""
    lines = tuple(_answer_line(line, faults, today) for line in order.lines)
    kinds = {line.status for line in lines}
    status = kinds.pop() if kinds in ({"accepted"}, {"rejected"}) else "changed"
    response = OrderResponse(
        number=number,
        status=status,
        issued=today,
        order_number=order.number,
        currency=order.currency,
        buyer=order.buyer,
        seller=profile.party or order.seller,
        lines=lines if status == "changed" else (),
    )
    return _misstated(response, faults)


def _answer_line(line, faults, today):
    answer = OrderResponseLine(
        order_line=line.number,
        status="accepted",
        item=line.item,
        quantity=line.quantity,
        price=line.price,
    )
    short = _of_line(faults.short, line)
    factor = _of_line(faults.price, line)
    if any(key in faults.reject for key in _keys(line)):
        return replace(answer, status="rejected", reason="Discontinued")
    if short is not None:
        promised = _asked_for(line, today) + timedelta(days=short.days)
        answer = replace(
            answer,
            status="changed",
            quantity=replace(line.quantity, value=short.quantity),
            promised=Period(end=promised),
            reason="Limited supply",
        )
    if factor is not None and line.price is not None:
        price = replace(line.price, value=line.price.value * factor)
        answer = replace(answer, status="changed", price=price)
    return answer


def _asked_for(line, today):
    period = line.requested_delivery
    return (period and (period.end or period.start)) or today + TRANSIT


def agreed(order: Order, response: OrderResponse):
    """The order as the supplier promised to fulfil it."""
    if response.status == "rejected":
        return replace(order, lines=())
    answers = {line.order_line: line for line in response.lines}
    lines = []
    for line in order.lines:
        answer = answers.get(line.number)
        if answer is None:
            lines.append(line)
        elif answer.status != "rejected":
            lines.append(
                replace(
                    line,
                    quantity=answer.quantity or line.quantity,
                    price=answer.price or line.price,
                )
            )
    return replace(order, lines=tuple(lines))


def changed(order: Order, change: OrderChange):
    """The order after the buyer's change; lines that the change does not name stay as they are."""
    lines = {line.number: line for line in order.lines}
    for line in change.lines:
        if line.action == "delete":
            lines.pop(line.number, None)
        else:
            before = lines.get(line.number)
            price = line.price or (before and before.price)
            lines[line.number] = replace(line, price=price, action=None)
    return replace(order, revision=change.revision, lines=tuple(lines.values()))


def despatch(order: Order, profile: Profile, faults: Faults, today: date, number: str, serial: int):
    """A ship notice for the whole order in one package; ``serial`` makes the package number."""
    package = Package(id="1", sscc=sscc(profile.company_prefix, serial), kind="CT")
    lines = tuple(
        _despatch_line(line, order, profile, faults, today, number) for line in order.lines
    )
    advice = DespatchAdvice(
        number=number,
        issued=today,
        buyer=order.buyer,
        seller=profile.party or order.seller,
        deliver_to=order.deliver_to,
        order_number=order.number,
        shipped=today,
        expected=Period(start=today + TRANSIT, end=today + TRANSIT),
        carrier="Simulated Express",
        tracking=f"TRACK-{number}",
        packages=(package,),
        lines=tuple(line for line in lines if line.quantity.value),
    )
    return _misstated(advice, faults)


def _despatch_line(line, order, profile, faults, today, number):
    shipped = _of_line(faults.shipped, line)
    quantity = line.quantity if shipped is None else replace(line.quantity, value=shipped)
    missing = max(line.quantity.value - quantity.value, Decimal(0))
    return DespatchLine(
        number=line.number,
        item=line.item,
        quantity=quantity,
        order_number=order.number,
        order_line=line.number,
        outstanding=replace(quantity, value=missing) if missing else None,
        lots=_lots(line, quantity, profile, today, number),
        package="1",
    )


def _lots(line, quantity, profile, today, number):
    tracking = _of_line(profile.tracking, line)
    if tracking is None or not quantity.value:
        return ()
    days = tracking.shelf_days
    expiry = None if days is None else today + timedelta(days=days)
    name = f"{number}-{line.number}"
    if tracking.by == "serial":
        one = replace(quantity, value=Decimal(1))
        return tuple(
            Lot(serial=f"{name}-{piece}", expiry=expiry, quantity=one)
            for piece in range(1, int(quantity.value) + 1)
        )
    return (Lot(lot=name, expiry=expiry, quantity=quantity),)


def sscc(company_prefix, serial):
    """A serial shipping container code: 18 digits, the last one checks the others.

    >>> sscc("9521234", 1)
    '395212340000000014'
    """
    body = f"3{company_prefix}{serial:0{16 - len(company_prefix)}d}"
    weighted = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(body)))
    return f"{body}{-weighted % 10}"


def invoice(
    order: Order,
    profile: Profile,
    faults: Faults,
    today: date,
    number: str,
    advice: DespatchAdvice | None = None,
):
    """A bill for what was shipped (for all that was agreed where nothing was shipped yet)."""
    shipped = {line.order_line: line for line in advice.lines} if advice else {}
    lines = []
    for line in order.lines:
        if advice and line.number not in shipped:
            continue
        shipment = shipped.get(line.number)
        quantity = shipment.quantity if shipment else line.quantity
        lines.append(_invoice_line(line, quantity, shipment, order, profile, faults))
    bill = Invoice(
        number=number,
        kind="invoice",
        issued=today,
        due=today + PAYMENT,
        order_number=order.number,
        despatch_number=advice.number if advice else None,
        currency=order.currency,
        buyer=order.buyer,
        seller=profile.party or order.seller,
        payee=_payee(faults.account or profile.account),
        lines=tuple(lines),
    )
    return _misstated(_with_totals(bill), faults)


def _payee(account):
    return Payee(account=account) if account else None


def _invoice_line(line, quantity, shipment, order, profile, faults):
    billed = _of_line(faults.billed, line)
    factor = _of_line(faults.billed_price, line)
    price = line.price or Price(Decimal(0))
    return _with_amount(
        InvoiceLine(
            number=line.number,
            item=line.item,
            quantity=quantity if billed is None else replace(quantity, value=billed),
            price=price if factor is None else replace(price, value=price.value * factor),
            order_number=order.number,
            order_line=line.number,
            despatch_line=shipment.number if shipment else None,
            tax_category=profile.tax.category,
            tax_rate=profile.tax.rate,
        )
    )


def credit_note(
    bill: Invoice,
    profile: Profile,
    faults: Faults,
    today: date,
    number: str,
    quantities: Mapping[str, Decimal] | None = None,
):
    """Gives back ``quantities`` (line -> quantity) of the bill's lines; all of it where they are None."""
    lines = []
    for line in bill.lines:
        quantity = line.quantity.value if quantities is None else _of_line(quantities, line)
        if quantity:
            lines.append(
                _with_amount(replace(line, quantity=Quantity(quantity, line.quantity.unit)))
            )
    note = replace(
        bill,
        number=number,
        kind="credit_note",
        issued=today,
        due=None,
        corrects=bill.number,
        seller=profile.party or bill.seller,
        lines=tuple(lines),
    )
    return _misstated(_with_totals(note), faults)


def _with_amount(line):
    per = line.price.per.value if line.price.per else Decimal(1)
    return replace(line, amount=_money(line.quantity.value * line.price.value / per))


def _with_totals(bill):
    bases = {}
    for line in bill.lines:
        key = (line.tax_category, line.tax_rate)
        bases[key] = bases.get(key, Decimal(0)) + line.amount
    taxes = tuple(
        Tax(amount=_money(base * rate / 100), base=base, category=category, rate=rate)
        for (category, rate), base in bases.items()
    )
    net = sum((line.amount for line in bill.lines), Decimal(0))
    tax = sum((each.amount for each in taxes), Decimal(0))
    return replace(
        bill, taxes=taxes, total_excl=net, total_tax=tax, total_incl=net + tax, payable=net + tax
    )


def _money(amount):
    return amount.quantize(CENT, ROUND_HALF_UP)


def _misstated(document, faults):
    """The document with the number, the order or the seller it should not carry."""
    if faults.number is not None:
        document = replace(document, number=faults.number)
    if faults.seller is not None:
        document = replace(document, seller=faults.seller)
    if faults.order_number is not None:
        document = replace(document, order_number=faults.order_number)
        if not isinstance(document, OrderResponse):
            lines = tuple(
                replace(line, order_number=faults.order_number) for line in document.lines
            )
            document = replace(document, lines=lines)
    return document


def _keys(line):
    """All that a line may be called by."""
    item = line.item
    names = (line.number, item.buyer_code, item.seller_code, item.manufacturer_code, item.gtin)
    return [name for name in names if name]


def _of_line(table, line):
    return next((table[key] for key in _keys(line) if key in table), None)
