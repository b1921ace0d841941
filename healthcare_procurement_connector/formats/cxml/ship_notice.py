"""ShipNoticeRequest: what is on its way, line by line; without lines the whole order is.

An order that all lines belong to is told once, at the document; only lines of several orders name their own.
"""

from dataclasses import replace
from decimal import Decimal
from itertools import groupby

from ...core.documents import DespatchAdvice, DespatchLine, Lot, Quantity
from ..errors import FormatError
from .codec import Attribute, Branch, Extrinsics, Fixed, Leaf, Shape, Wrap
from .document import PARTY_PATHS, PURPOSES, DocumentType, document
from .parties import Contacts
from .parts import (
    DESCRIBED,
    GTIN,
    ITEM_ID,
    ITEM_PATHS,
    MADE,
    QUANTITY,
    UNIT,
    item_values,
    period_values,
    quantity_values,
    take_item,
    take_period,
    take_quantity,
)
from .ship_packages import PACKAGING, chains_of, packages_of
from .values import DAY, NUMBER, QUANTITY_TEXT, TEXT, coded

COMPANY = "companyName"
WHOLE_ORDER = "no line: the whole order"
_ONE = Decimal(1)


# Lots ------------------------------------------------------------------------------------------------------
#
# A batch is a lot with its quantity, an asset one piece with its serial number; of what lot the piece is, and
# until when it is good, goes into extrinsics.


def _load_batch(values, element, reading):
    """The quantity stays a bare number until the line tells the unit."""
    if not values:
        reading.not_understood(element)
        return None
    return Lot(values.get("lot"), values.get("expiry"), None, values.get("amount"))


def _load_bare_batch(element, reading):
    text = TEXT.read(element, reading)
    return text and Lot(lot=text)


def _load_asset(values, element, reading):
    if "serial" not in values:
        reading.not_understood(element)
        return None
    return Lot(values.get("lot"), values.get("expiry"), values["serial"], _ONE)


BATCH = Shape(
    None,
    Attribute("expirationDate", "expiry", DAY),
    Attribute("batchQuantity", "amount", NUMBER),
    Leaf("SupplierBatchID", "lot"),
    load=_load_batch,
    dump=lambda lot, writing: {
        "expiry": lot.expiry,
        "lot": lot.lot,
        "amount": lot.quantity and lot.quantity.value,
    },
)
ASSET = Shape(
    None,
    Attribute("serialNumber", "serial"),
    Extrinsics(supplierBatchID=("lot", TEXT), expirationDate=("expiry", DAY)),
    load=_load_asset,
    dump=lambda lot, writing: {"serial": lot.serial, "lot": lot.lot, "expiry": lot.expiry},
)


class _BareBatch:
    """Older notices have the supplier's number of the lot without anything around it."""

    read = staticmethod(_load_bare_batch)


def _take_lots(values, quantity):
    """The lots of a line, each in the line's unit; a single one that tells no quantity is the whole line."""
    lots = (*values.pop("batches", ()), *values.pop("bare_batches", ()), *values.pop("assets", ()))
    if quantity is None:
        return tuple(replace(lot, quantity=None) for lot in lots)
    if len(lots) == 1 and lots[0].quantity is None:
        return (replace(lots[0], quantity=quantity),)
    return tuple(
        lot
        if lot.quantity is None
        else replace(lot, quantity=Quantity(lot.quantity, quantity.unit))
        for lot in lots
    )


def _lot_values(line):
    unit = line.quantity.unit if line.quantity else None
    for lot in line.lots:
        if lot.quantity and (line.quantity is None or lot.quantity.unit != unit):
            raise FormatError("not_carried", "lots.quantity", "a lot in another unit than its line")
        if lot.serial and lot.quantity and lot.quantity.value != _ONE:
            raise FormatError("not_carried", "lots.quantity", "one serial number is one piece")
    return {
        "batches": [lot for lot in line.lots if not lot.serial],
        "assets": [lot for lot in line.lots if lot.serial],
    }


# Lines -----------------------------------------------------------------------------------------------------


def _load_line(values, element, reading):
    """The line and the packages it tells of."""
    packages = values.pop("packaging", ())
    # The unit beside the item's description only repeats that of the quantity.
    values["quantity"] = quantity = take_quantity(values)
    values["item"] = take_item(values, element, reading)
    values["lots"] = _take_lots(values, quantity)
    values["package"] = packages[0].id if packages else None
    return LINE.build({"number": None} | values, element, reading), packages


def _dump_line(line_and_chain, writing):
    line, chain = line_and_chain
    values = LINE.values_of(line)
    for part in ("item", "quantity", "lots", "package", "order_number"):
        values.pop(part)
    values |= item_values(line.item) | quantity_values(line.quantity) | _lot_values(line)
    return values | {"packaging": chain}


LINE = Shape(
    DespatchLine,
    QUANTITY,
    Attribute("shipNoticeLineNumber", "number"),
    Attribute("lineNumber", "order_line", always=True),
    Wrap("ItemID", *ITEM_ID, required=True),
    Wrap("ShipNoticeItemDetail", DESCRIBED, MADE, GTIN),
    UNIT,
    Branch("Packaging", PACKAGING, "packaging", many=True),
    Branch("Batch", BATCH, "batches", many=True),
    Branch("SupplierBatchID", _BareBatch, "bare_batches", many=True),
    Branch("AssetInfo", ASSET, "assets", many=True),
    Extrinsics(outstandingQuantity=("outstanding", QUANTITY_TEXT)),
    load=_load_line,
    dump=_dump_line,
    also={
        "item": ITEM_PATHS,
        "quantity": frozenset({"value", "unit"}),
        "outstanding": frozenset({"value", "unit"}),
        "lots": frozenset({"lot", "expiry", "serial", "quantity"}),
        "package": None,
        "order_number": None,
    },
)


# Portions: the lines of one order ----------------------------------------------------------------------------


def _load_portion(values, element, reading):
    if "items" not in values:
        reading.not_understood(element, WHOLE_ORDER)
    return values.get("order_number"), values.get("items", ())


PORTION = Shape(
    None,
    Wrap(
        "OrderReference",
        Attribute("orderID", "order_number"),
        Fixed("DocumentReference", attributes=' payloadID=""'),
        required=True,
    ),
    Branch("ShipNoticeItem", LINE, "items", many=True, keep=True),
    load=_load_portion,
    dump=lambda portion, writing: {"order_number": portion[0], "items": portion[1]},
)


def of_one_order(portions):
    """The order number that all portions share, and the lines; None and lines that name their own."""
    numbers = {number for number, _lines in portions}
    if len(numbers) == 1:
        return numbers.pop(), [line for _number, lines in portions for line in lines]
    return None, [
        replace(line, order_number=number) for number, lines in portions for line in lines
    ]


# Document --------------------------------------------------------------------------------------------------


def _load_notice(values, element, reading):
    if reading.envelope.control:
        values.setdefault("number", reading.envelope.control)
    values["expected"] = take_period(values, "expected")
    _take_carrier(values, element, reading)
    told, portions = [], []
    for number, items in values.pop("portions", ()):
        portions.append((number, [line for line, _packages in items]))
        told += [package for _line, packages in items for package in packages]
    order_number, lines = of_one_order(portions)
    values |= {"order_number": order_number, "lines": tuple(lines)}
    values["packages"] = packages_of(told)


def _take_carrier(values, element, reading):
    """The company's name, or else the first code of it."""
    carriers = sorted(values.pop("carriers", ()), key=lambda pair: pair[0] != COMPANY)
    if carriers:
        values["carrier"] = carriers[0][1]
    for domain, text in carriers[1:]:
        reading.not_understood(element, f"carrier {domain} {text}")


def _dump_notice(advice, values, writing):
    chains = chains_of(advice)
    numbers = (line.order_number or advice.order_number for line in advice.lines)
    pairs = zip(numbers, advice.lines, strict=True)
    values["portions"] = [
        (number, [(line, chains.get(line.package, ())) for _number, line in group])
        for number, group in groupby(pairs, key=lambda pair: pair[0])
    ] or [(advice.order_number, [])]
    values |= period_values(values.pop("expected"), "expected")
    if advice.carrier or advice.tracking:
        values["carriers"] = [(COMPANY, advice.carrier or "")]


class _Carrier:
    """A pair of domain and text."""

    fixed = f' domain="{COMPANY}"'

    def read(self, element, reading):
        text = TEXT.read(element, reading)
        return text and ((element.get("domain") or "").strip(), text)

    def write(self, value, writing):
        return self.fixed, TEXT.write(value[1], writing)[1]


NOTICE = document(
    DespatchAdvice,
    Wrap(
        "ShipNoticeHeader",
        Attribute("shipmentID", "number", required=True),
        Attribute("operation", "purpose", coded(PURPOSES)),
        Attribute("noticeDate", "issued", DAY, required=True),
        Attribute("shipmentDate", "shipped", DAY),
        Attribute("deliveryDate", "expected_end", DAY),
        Contacts(seller=("supplierCorporate",), buyer=("buyerCorporate",), deliver_to=("shipTo",)),
        Extrinsics(deliveryStart=("expected_start", DAY)),
        required=True,
    ),
    Wrap(
        "ShipControl",
        Leaf("CarrierIdentifier", "carriers", _Carrier(), many=True),
        Leaf("ShipmentIdentifier", "tracking", always=True),
    ),
    Branch("ShipNoticePortion", PORTION, "portions", many=True, keep=True),
    load=_load_notice,
    dump=_dump_notice,
    also={
        "buyer": PARTY_PATHS,
        "seller": PARTY_PATHS,
        "deliver_to": PARTY_PATHS,
        "order_number": None,
        "expected": frozenset({"start", "end"}),
        "carrier": None,
        "packages": frozenset({"id", "sscc", "parent", "kind"}),
        "lines": LINE.paths,
    },
)
TYPES = (DocumentType("ShipNoticeRequest", NOTICE, dtd="Fulfill.dtd"),)
