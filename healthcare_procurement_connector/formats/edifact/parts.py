"""What several messages share: parties, items, charges, taxes, notes, dates."""

from dataclasses import replace

from ...core.documents import Address, Charge, Item, Party, Period, TaxRate
from ..errors import FormatError
from ..segments.codec import (
    Constant,
    Element,
    Group,
    Ignored,
    Lines,
    Segment,
    Shape,
    not_carried,
)
from ..segments.values import Kind, text_of
from .codes import ITEM_IDS_WRITTEN, PARTY_AGENCIES, PURPOSES
from .values import ID, NUMBER, DateAt, ItemId, PriceAt, QuantityAt, Spread, is_gtin

VAT = "VAT"
_AGENCIES = {scheme: code for code, scheme in PARTY_AGENCIES.items() if scheme}


def component(number, field, kind=ID, **options):
    """A value in the first component of an element."""
    return Element((number, 0), field, kind, **options)


# Parties ---------------------------------------------------------------------------------------------------


def _reference(qualifier):
    return Segment(f"RFF+{qualifier}", Element((1, 1), "number", ID), Element((1, 3), "scheme", ID))


_VAT_NUMBER = Shape(
    None,
    _reference("VA"),
    load=lambda values, segment, reading: (VAT, values["number"]) if "number" in values else None,
    dump=lambda pair, writing: {"number": pair[1]},
)
_OTHER_ID = Shape(
    None,
    _reference("ZZZ"),
    load=lambda values, segment, reading: (
        (values.get("scheme", ""), values["number"]) if "number" in values else None
    ),
    dump=lambda pair, writing: {"scheme": pair[0], "number": pair[1]},
)


def load_party(values, segment, reading):
    value, agency = values.pop("id", None), values.pop("agency", "")
    list_ = values.pop("list", "")
    if len(list_) == 4 and list_.isdigit():
        agency = list_
    ids = [(PARTY_AGENCIES.get(agency, agency), value)] if value else []
    ids += [*values.pop("others", ()), *values.pop("vat", ())]
    if ids:
        values["ids"] = tuple(dict.fromkeys(ids))
    address = {field: values.pop(field) for field in _ADDRESS if field in values}
    if address:
        values["address"] = Address(**address)
    return PARTY.build(values, segment, reading)


def dump_party(party, writing):
    values = PARTY.values_of(party, writing)
    others = [pair for pair in party.ids if pair[0] != VAT]
    if others and (others[0][0] in ("", *_AGENCIES) or len(others[0][0]) <= 3):
        scheme, values["id"] = others.pop(0)
        values["agency"] = _AGENCIES.get(scheme, scheme)
    values["others"] = others
    values["vat"] = [pair for pair in party.ids if pair[0] == VAT]
    address = party.address or Address()
    return values | {field: getattr(address, field) for field in _ADDRESS}


_ADDRESS = ("street", "street2", "city", "zip", "region", "country")
PARTY_MEMBERS = (
    Segment(
        "NAD",
        Ignored((1, 0)),
        Element((2, 0), "id", ID),
        Element((2, 1), "list", beside=True),
        Element((2, 2), "agency", beside=True),
        Spread("name", 35, *((4, place) for place in range(5))),
        Element((5, 0), "street", ID),
        Element((5, 1), "street2", ID),
        component(6, "city"),
        component(7, "region"),
        component(8, "zip", text_of(9)),
        component(9, "country", text_of(3)),
        always=True,
    ),
    Group(_VAT_NUMBER, "vat", many=True),
    Group(_OTHER_ID, "others", many=True),
)
PARTY = Shape(
    Party,
    *PARTY_MEMBERS,
    load=load_party,
    dump=dump_party,
    also={"ids": None, "address": frozenset(_ADDRESS)},
)
# The roles, 3035, in which a party is the buyer, the seller, the place: the first is the one we write.
ROLES = {
    "buyer": ("BY",),
    "seller": ("SU", "SE"),
    "deliver_to": ("DP", "ST"),
}


def parties(*fields, roles=ROLES):
    """The groups of the parties in these fields. ``take_parties`` chooses where several roles say who it is."""
    return tuple(
        Group(PARTY, _role_field(field, number), spec=f"NAD+{role}", closed=True)
        for field in fields
        for number, role in enumerate(roles[field])
    )


def take_parties(values, segment, reading, roles=ROLES):
    for field, codes in roles.items():
        names = [_role_field(field, number) for number in range(len(codes))]
        told = [values.pop(name) for name in names if name in values]
        if told:
            values[field] = told[0]
        for other in told[1:]:
            if other != told[0]:
                reading.remark("not_understood", segment, f"another {field}: {other.name}")


def _role_field(field, number):
    return field if number == 0 else f"{field} {number}"


# Items -----------------------------------------------------------------------------------------------------

ITEM_FIELDS = ("buyer_code", "seller_code", "manufacturer_code", "gtin")
ITEM_PATHS = frozenset({*ITEM_FIELDS, "name"})
# 4347: the ids are additional to that in LIN, are the ids, are those of what comes instead.
ADDITIONAL, MAIN, INSTEAD = "1", "5", "3"
LIN_ID = "id in LIN"
_PIA_IDS = (2, 3, 4, 5, 6)


class _Kind:
    """4347 of a PIA: additional or main ids, which are the same to us."""

    required = False
    beside = True
    places = ((1, 0),)
    fields = ("PIA kind",)
    paths = frozenset()

    def read(self, segment, values, reading):
        pass

    def write(self, values, written, writing):
        written[1, 0] = values.get("PIA kind", MAIN)


PIA = Segment("PIA", _Kind(), *(ItemId(number) for number in _PIA_IDS))
INSTEAD_IDS = Shape(
    None,
    Segment(f"PIA+{INSTEAD}", *(ItemId(number) for number in _PIA_IDS)),
    load=lambda values, segment, reading: (
        item_of(values.get("ids", {})) if "ids" in values else None
    ),
    dump=lambda item, writing: _pairs(_written_ids(item, writing)),
)
ITEM_NAME = Lines("IMD+F", ((3, 3), (3, 4)), "name", 35, long_size=256)


def item_of(ids):
    return Item(**{field: ids.pop(field) for field in ITEM_FIELDS if field in ids})


def take_item(values):
    """The item of a line, from its ids and its name."""
    return replace(item_of(values.get("ids", {})), name=values.pop("name", None))


def item_values(item, writing):
    """A GTIN stands in LIN, other ids in PIA: beside it, or as the only ones."""
    ids = _written_ids(item, writing)
    values = {"name": item.name, "PIA kind": MAIN}
    if ids and ids[0][1] == ITEM_IDS_WRITTEN["gtin"]:
        values |= {LIN_ID: ids.pop(0), "PIA kind": ADDITIONAL}
    return values | _pairs(ids)


def _written_ids(item, writing):
    if item.udi is not None:
        raise not_carried("Item.udi", "EDIFACT has no place for this here")
    if item.gtin is not None and not is_gtin(item.gtin):
        raise FormatError("invalid_text", "", f"not a GTIN: {item.gtin!r:.60}")
    pairs = ((getattr(item, field), kind) for field, kind in ITEM_IDS_WRITTEN.items())
    return [pair for pair in pairs if pair[0] is not None]


def _pairs(ids):
    return dict(zip(_PIA_IDS, ids, strict=False))


def tell_ids(values, segment, reading):
    """Ids that say something which documents of this kind have no place for."""
    for field, value in values.pop("ids", {}).items():
        reading.not_understood(segment, f"{field} {value}")


def opening(*elements):
    """LIN: the number of the line, what happens to it, a GTIN."""
    return Segment("LIN", *elements, ItemId(3, LIN_ID), always=True)


# Quantities, prices, amounts ---------------------------------------------------------------------------------


def quantity(qualifier, field):
    return Segment(f"QTY+{qualifier}", QuantityAt(field, (1, 1), (1, 2)))


def price(qualifier, field):
    return Segment(f"PRI+{qualifier}", PriceAt(field), Ignored((1, 2), (1, 3)))


# The price we write is that of the calculation, net; CAL is one without more words.
PRICES = (price("AAA", "price"), price("CAL", "price too"))


def take_price(values):
    if "price too" in values:
        values.setdefault("price", values.pop("price too"))
    values.pop("price too", None)


class _Currency:
    """6345 beside an amount: it has to be the document's own, which the document checks."""

    required = False
    beside = True
    places = ((1, 2),)
    fields = ()

    def read(self, segment, values, reading):
        found = segment[1][2].strip() if len(segment) > 1 and len(segment[1]) > 2 else ""
        if len(found) == 3:
            reading.currencies.setdefault(found, reading.position(segment, (1, 2)))
        elif found:
            reading.not_understood(segment, found, (1, 2))

    def write(self, values, written, writing):
        pass


def amount(qualifier, field):
    return Segment(f"MOA+{qualifier}", Element((1, 1), field, NUMBER), _Currency(), Ignored((1, 3)))


def take_currency(values, reading):
    """The document's one currency: that of CUX, or else of all its amounts."""
    declared = values.get("currency")
    if declared is None and len(reading.currencies) == 1:
        values["currency"] = next(iter(reading.currencies))
        return
    for used, position in reading.currencies.items():
        if declared is not None and used != declared:
            reason = f"an amount in {used}, the document is in {declared}"
            raise FormatError("currency_mismatch", position, reason)


CURRENCY = Segment("CUX", Constant((1, 0), "2"), Element((1, 1), "currency"), Constant((1, 2), "9"))


# Taxes and charges -------------------------------------------------------------------------------------------

TAX = Segment(
    "TAX+7",
    Constant((2, 0), "VAT"),
    Element((5, 3), "rate", NUMBER),
    component(6, "category", text_of(3)),
    always=True,
)


_RATE = Shape(TaxRate, TAX)


def _load_charge(values, segment, reading):
    """A negative charge is an allowance and the reverse: canonical amounts have no sign."""
    indicator = values.get("indicator", "")
    if indicator not in ("A", "C"):
        reading.not_understood(segment)
        return None
    told = [values[field] for field in ("amount", "charge", "allowance") if field in values]
    if not told:
        reading.not_understood(segment)
        return None
    is_charge = (indicator == "C") == (told[0] >= 0)
    code = values.get("code") or values.get("allowance code")
    reason = values.get("reason") or values.get("number")
    kind = "charge" if is_charge else "allowance"
    return Charge(kind, abs(told[0]), code, reason, values.get("tax"))


def _dump_charge(charge, writing):
    if charge.amount < 0:
        raise FormatError("invalid_number", "", "the amount of a charge has no sign")
    if charge.kind not in ("charge", "allowance"):
        raise not_carried("Charge.kind", f"neither charge nor allowance: {charge.kind!r:.60}")
    return {
        "indicator": "C" if charge.kind == "charge" else "A",
        "code": charge.code,
        "reason": charge.reason,
        "amount": charge.amount,
        "tax": charge.tax,
    }


CHARGE = Shape(
    Charge,
    Segment(
        "ALC",
        component(1, "indicator"),
        Element((2, 0), "number", ID),
        Element((2, 1), "allowance code", text_of(3)),
        Ignored((3, 0), (4, 0)),
        Element((5, 0), "code", text_of(7)),
        Spread("reason", 35, (5, 3), (5, 4)),
    ),
    amount("8", "amount"),
    amount("23", "charge"),
    amount("204", "allowance"),
    Group(_RATE, "tax", closed=True),
    load=_load_charge,
    dump=_dump_charge,
    also={
        "kind": None,
        "code": None,
        "reason": None,
        "amount": None,
        "tax": frozenset({"category", "rate"}),
    },
)
CHARGES = Group(CHARGE, "charges", many=True, closed=True)


# Notes and dates -------------------------------------------------------------------------------------------

_NOTE_PLACES = tuple((4, place) for place in range(5))


def notes(field="note"):
    """FTX, of whatever subject; we write general information."""
    return Lines("FTX", _NOTE_PLACES, field, 70, long_size=512, constants={(1, 0): "AAI"})


def date_segment(qualifier, field, until=None):
    return Segment(f"DTM+{qualifier}", DateAt(field, until))


ISSUED = date_segment("137", "issued")
# 2005: the day, not before, not after.
REQUESTED = ("2", "64", "63")
PROMISED = ("69", "72", "75")
EXPECTED = ("17", "72", "75")


def period_segments(name, qualifiers):
    day, start, end = qualifiers
    return (
        date_segment(day, f"{name} day", f"{name} last day"),
        date_segment(start, f"{name} start"),
        date_segment(end, f"{name} end"),
    )


def take_period(values, name, segment, reading):
    """The period of a day, or of a first and a last day."""
    day, last = values.pop(f"{name} day", None), values.pop(f"{name} last day", None)
    start, end = values.pop(f"{name} start", None), values.pop(f"{name} end", None)
    if day:
        if (start or end) and (start, end) != (day, last or day):
            reading.remark("not_understood", segment, f"{name} also from {start} to {end}")
        return Period(day, last or day)
    return Period(start, end) if start or end else None


def period_values(name, period):
    if period is None:
        return {}
    if period.start is not None and period.start == period.end:
        return {f"{name} day": period.start}
    return {f"{name} start": period.start, f"{name} end": period.end}


# Documents -------------------------------------------------------------------------------------------------


def _read_purpose(text, reading):
    return PURPOSES.get(text)


_PURPOSE_CODES = {"original": "9", "cancel": "1", "replace": "5", "duplicate": "7"}


def _write_purpose(value, writing):
    if value not in _PURPOSE_CODES:
        raise not_carried("purpose", f"no purpose: {value!r:.60}")
    return _PURPOSE_CODES[value]


PURPOSE = Kind(_read_purpose, _write_purpose)


def reference(qualifier, field, *elements):
    return Segment(f"RFF+{qualifier}", Element((1, 1), field, ID), *elements)


SECTION = Segment("UNS", Constant((1, 0), "S"), always=True)
LINE_COUNT = Segment("CNT+2", Element((1, 1), "line_count", NUMBER), Ignored((1, 2)))


def check_count(values, counted, segment, reading):
    count = values.pop("line_count", None)
    if count is not None and count != counted:
        reading.deviation("inconsistent", segment, f"CNT/01.2 {count} counted {counted}")
