"""Despatch advice."""

from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from ...core.documents import DespatchAdvice, DespatchLine, Item, Lot
from ..errors import FormatError
from .codec import Branch, Fixed, Leaf, Shape, Wrap
from .document import ISSUED, PEPPOL_PROFILE, PEPPOL_TRANSACTION, document
from .packages import UNIT, package_of, packages_of, units_of
from .parties import PLACE, company, role
from .parts import ITEM_MEMBERS, PERIOD, item_values
from .values import DATE, QUANTITY, REFERENCE, UNKNOWN, of_scheme

UDI = "UDI"
DESPATCHING = (
    PEPPOL_TRANSACTION.format("despatch_advice"),
    PEPPOL_PROFILE.format("despatch_advice"),
)


# Items with their lots ---------------------------------------------------------------------------------------


class Instance(NamedTuple):
    """What UBL says of one lot or piece: its UDI belongs to the canonical item, the rest is a lot."""

    udi: str | None
    lot: Lot | None


class Shipped(NamedTuple):
    item: Item
    lots: tuple[Lot, ...]


def with_quantities(lots, quantity):
    """The lots of a line with the quantities that are certain: UBL tells none.

    As many serial numbers as pieces are a piece each, a single lot is the whole line; more than that is told
    by a line for each lot.
    """
    if quantity is None:
        return lots
    if all(lot.serial for lot in lots) and len(lots) == quantity.value:
        return tuple(replace(lot, quantity=replace(quantity, value=Decimal(1))) for lot in lots)
    if len(lots) == 1:
        return (replace(lots[0], quantity=quantity),)
    return lots


def _without_quantities(lots, quantity):
    bare = tuple(replace(lot, quantity=None) for lot in lots)
    if lots not in (bare, with_quantities(bare, quantity)):
        reason = "UBL has no quantities of lots: a line for each lot tells them"
        raise FormatError("not_carried", "DespatchLine.lots.quantity", reason)
    return bare


def _load_instance(values, element, reading):
    return Instance(values.pop("udi", None), Lot(**values) if values else None)


def _dump_instance(instance, writing):
    lot = instance.lot or Lot()
    return {"udi": instance.udi, "lot": lot.lot, "expiry": lot.expiry, "serial": lot.serial}


def _load_shipped(values, element, reading):
    instances = values.pop("instances", ())
    values = item_values(values, element, reading)
    udis = list(dict.fromkeys(instance.udi for instance in instances if instance.udi))
    if udis:
        values["udi"] = udis[0]
    for other in udis[1:]:
        reading.not_understood(element, f"another UDI: {other}")
    item = SHIPPED.build(values, element, reading)
    return Shipped(item, tuple(instance.lot for instance in instances if instance.lot))


def _dump_shipped(shipped, writing):
    item, lots = shipped
    instances = [Instance(None, lot) for lot in lots]
    if item.udi:
        instances[:1] = [Instance(item.udi, lots[0] if lots else None)]
    return SHIPPED.values_of(item) | {"instances": instances}


_LOT = Shape(
    Lot,
    Leaf("ProductTraceID", "udi", of_scheme(UDI)),
    Leaf("SerialID", "serial"),
    Wrap("LotIdentification", Leaf("LotNumberID", "lot"), Leaf("ExpiryDate", "expiry", DATE)),
    load=_load_instance,
    dump=_dump_instance,
)
SHIPPED = Shape(
    Item,
    *ITEM_MEMBERS,
    Branch("ItemInstance", _LOT, "instances", many=True),
    load=_load_shipped,
    dump=_dump_shipped,
    also={"udi": None},
    keep_empty=True,
)


# Lines -----------------------------------------------------------------------------------------------------


def _load_line(values, element, reading):
    """The line and its handling units, from which the document makes the list of packages."""
    shipped = values.pop("shipped", None)
    if shipped:
        values["item"] = shipped.item
        values["lots"] = with_quantities(shipped.lots, values.get("quantity"))
    units = values.pop("units", ())
    values["package"] = package_of(units)
    for name in ("number", "quantity"):
        values.setdefault(name, None)
    return LINE.build(values, element, reading), units


def _dump_line(line_and_unit, writing):
    line, unit = line_and_unit
    return LINE.values_of(line) | {
        "order_line": line.order_line or UNKNOWN,
        "shipped": Shipped(line.item, _without_quantities(line.lots, line.quantity)),
        "units": [unit] if unit else [],
    }


LINE = Shape(
    DespatchLine,
    Leaf("ID", "number", required=True),
    Leaf("DeliveredQuantity", "quantity", QUANTITY),
    Leaf("OutstandingQuantity", "outstanding", QUANTITY),
    Wrap(
        "OrderLineReference",
        Leaf("LineID", "order_line", REFERENCE),
        Wrap("OrderReference", Leaf("ID", "order_number")),
        required=True,
    ),
    Branch("Item", SHIPPED, "shipped", required=True),
    Wrap(
        "Shipment", Fixed("ID", UNKNOWN), Branch("TransportHandlingUnit", UNIT, "units", many=True)
    ),
    load=_load_line,
    dump=_dump_line,
    also={"item": SHIPPED.paths, "lots": _LOT.paths | {"quantity"}, "package": None},
)


# Document --------------------------------------------------------------------------------------------------


def _load_despatch(values, element, reading):
    despatcher = values.pop("despatcher", None)
    if despatcher and values.setdefault("seller", despatcher) != despatcher:
        reading.not_understood(element, f"despatched by {despatcher.name} for the seller")
    told = values.pop("lines", ())
    units = list(values.pop("units", ()))
    for _line, line_units in told:
        units.extend(line_units)
    values["packages"] = packages_of(units)
    values["lines"] = tuple(line for line, _units in told)


def _dump_despatch(despatch, values):
    """The seller despatches: canonical documents know no other despatching party."""
    of_line, rest = units_of(despatch.packages, despatch.lines)
    values["lines"] = tuple(zip(despatch.lines, of_line, strict=True))
    values["units"] = rest
    values["despatcher"] = values.pop("seller")


SHIPMENT = Wrap(
    "Shipment",
    Fixed("ID", UNKNOWN),
    Wrap(
        "Consignment",
        Fixed("ID", UNKNOWN),
        Wrap("CarrierParty", Wrap("PartyName", Leaf("Name", "carrier"))),
    ),
    Wrap(
        "Delivery",
        Leaf("TrackingID", "tracking"),
        Branch("EstimatedDeliveryPeriod", PERIOD, "expected"),
        Wrap("Despatch", Leaf("ActualDespatchDate", "shipped", DATE)),
    ),
    Branch("TransportHandlingUnit", UNIT, "units", many=True),
)

TYPES = (
    document(
        "DespatchAdvice",
        DespatchAdvice,
        DESPATCHING,
        ISSUED,
        Wrap("OrderReference", Leaf("ID", "order_number")),
        role("DespatchSupplierParty", company("sender"), "despatcher", required=True),
        role("DeliveryCustomerParty", company("receiver"), "deliver_to", required=True),
        role("BuyerCustomerParty", PLACE, "buyer"),
        role("SellerSupplierParty", PLACE, "seller"),
        SHIPMENT,
        Branch("DespatchLine", LINE, "lines", required=True, many=True),
        load=_load_despatch,
        dump=_dump_despatch,
        also={"packages": frozenset({"id", "sscc", "parent", "kind"})},
    ),
)
