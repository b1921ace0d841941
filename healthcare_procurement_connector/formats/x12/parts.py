"""What several transaction sets share: parties, items, charges, notes, dates."""

from functools import cache

from ...core.documents import Address, Charge, Item, Party, Period
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
from ..segments.values import LOOSE_DATE, Kind, text_of
from .codes import (
    ALLOWANCES,
    CHARGES,
    NEUTRAL_PURPOSES,
    NO_CHARGE,
    PARTY_SCHEMES,
    PURPOSES,
)
from .values import CENTS, NAME, REFERENCE, PricePer

VAT = "VAT"
_QUALIFIERS = {scheme: code for code, scheme in PARTY_SCHEMES.items()}
_STATE = "SP"
NOTE_REFERENCE = "NOTE"


# Parties ---------------------------------------------------------------------------------------------------


def _load_vat(values, segment, reading):
    return (VAT, values["number"]) if "number" in values else None


def _load_other_id(values, segment, reading):
    return (values.get("scheme", ""), values["number"]) if "number" in values else None


_VAT_NUMBER = Shape(
    None,
    Segment("REF*VX", Element(2, "number", REFERENCE)),
    load=_load_vat,
    dump=lambda pair, writing: {"number": pair[1]},
)
_OTHER_ID = Shape(
    None,
    Segment("REF*ZZ", Element(2, "number", REFERENCE), Element(3, "scheme", text_of(80))),
    load=_load_other_id,
    dump=lambda pair, writing: {"scheme": pair[0], "number": pair[1]},
)


def _load_party(values, segment, reading):
    value, qualifier = values.pop("id", None), values.pop("qualifier", "")
    ids = [(PARTY_SCHEMES.get(qualifier, qualifier), value)] if value else []
    ids += [*values.pop("others", ()), *values.pop("vat", ())]
    if ids:
        values["ids"] = tuple(dict.fromkeys(ids))
    address = {field: values.pop(field) for field in _ADDRESS if field in values}
    state = values.pop("state", None)
    state_kind = values.pop("state_kind", None)
    if state and state_kind == _STATE:
        address.setdefault("region", state)
    elif state:
        reading.not_understood(segment, f"location {state_kind} {state}")
    if address:
        country = address.get("country")
        if country and len(country) != 2:
            reading.remark("unknown_code", segment, f"country {country}")
            del address["country"]
        if address:
            values["address"] = Address(**address)
    return PARTY.build(values, segment, reading)


def _dump_party(party, writing):
    values = PARTY.values_of(party, writing)
    others = [pair for pair in party.ids if pair[0] != VAT]
    if others and others[0][0] in _QUALIFIERS:
        scheme, values["id"] = others.pop(0)
        values["qualifier"] = _QUALIFIERS[scheme]
    if not party.name and "id" not in values:
        raise FormatError(
            "missing", "N1", "a party needs a name or an id that X12 has a qualifier for"
        )
    values["others"] = others
    values["vat"] = [pair for pair in party.ids if pair[0] == VAT]
    address = party.address or Address()
    values |= {field: getattr(address, field) for field in _ADDRESS}
    region = address.region
    if region and not (len(region) == 2 and region.isalpha()):
        values |= {"region": None, "state_kind": _STATE, "state": region}
    return values


_ADDRESS = ("street", "street2", "city", "zip", "region", "country")
PARTY = Shape(
    Party,
    Segment(
        "N1",
        Ignored(1),
        Element(2, "name", NAME),
        Element(3, "qualifier", beside=True),
        Element(4, "id", text_of(80)),
    ),
    Segment("N3", Element(1, "street", text_of(55)), Element(2, "street2", text_of(55))),
    Segment(
        "N4",
        Element(1, "city", REFERENCE),
        Element(2, "region", text_of(2)),
        Element(3, "zip", text_of(15)),
        Element(4, "country", text_of(3)),
        Element(5, "state_kind", beside=True),
        Element(6, "state", REFERENCE),
    ),
    Group(_VAT_NUMBER, "vat", many=True),
    Group(_OTHER_ID, "others", many=True),
    load=_load_party,
    dump=_dump_party,
    also={
        "ids": None,
        "address": frozenset(_ADDRESS),
    },
)
# The roles, 98, in which a party is the buyer, the seller, the place: the first is the one we write.
ROLES = {
    "buyer": ("BY",),
    "seller": ("SE", "SU", "VN"),
    "deliver_to": ("ST",),
}
INVOICE_ROLES = {"buyer": ("BT", "BY"), "seller": ("SE", "SU", "VN", "II")}


def parties(*fields, roles=ROLES):
    """The groups of the parties in these fields. ``take_parties`` chooses where several roles say who it is."""
    return tuple(
        Group(PARTY, name, spec=f"N1*{role}", closed=True)
        for field in fields
        for name, role in zip(_role_fields(field, len(roles[field])), roles[field], strict=True)
    )


def take_parties(values, segment, reading, roles=ROLES):
    for field, codes in roles.items():
        names = _role_fields(field, len(codes))
        told = [values.pop(name) for name in names if name in values]
        if told:
            values[field] = told[0]
        for other in told[1:]:
            if other != told[0]:
                reading.remark("not_understood", segment, f"another {field}: {other.name}")


@cache
def _role_fields(field, count):
    """What a party is called among the values, by its role."""
    return (field, *(f"{field} {number}" for number in range(1, count)))


# Items -----------------------------------------------------------------------------------------------------

ITEM_IDS = ("buyer_code", "seller_code", "manufacturer_code", "gtin")
ITEM_PATHS = frozenset({*ITEM_IDS, "name"})
ITEM_NAME = Lines("PID*F", (5,), "name", 80)
CTP = Segment("CTP", Constant(2, "CON"), PricePer(3, 4, 5))


def take_item(values):
    """The item of a line, from its ids and its name."""
    ids = values.get("ids", {})
    found = {field: ids.pop(field) for field in ITEM_IDS if field in ids}
    if "name" in values:
        found["name"] = values.pop("name")
    return Item(**found)


def item_values(item, writing, **more):
    """The ids, with others that stand among them, and the name of an item."""
    if item.udi is not None:
        raise not_carried("Item.udi", "X12 has no place for this here")
    return {"ids": {field: getattr(item, field) for field in ITEM_IDS} | more, "name": item.name}


def tell_ids(values, segment, reading):
    """Ids that say something which documents of this kind have no place for."""
    for field, value in values.pop("ids", {}).items():
        reading.not_understood(segment, f"{field} {value}")


# Charges ---------------------------------------------------------------------------------------------------


def _load_charge(values, segment, reading):
    """A negative charge is an allowance and the reverse: canonical amounts have no sign."""
    indicator = values.get("indicator", "")
    if indicator not in _CHARGE_KINDS:
        if indicator not in NO_CHARGE:
            raise FormatError("unknown_code", reading.position(segment, 1), f"{indicator!a:.60}")
        reading.not_understood(segment)
        return None
    if "amount" not in values:
        reading.not_understood(segment)
        return None
    kind, codes = _CHARGE_KINDS[indicator]
    amount = values["amount"]
    if amount < 0:
        kind = "allowance" if kind == "charge" else "charge"
    code = values.get("code")
    code = values.get("other_code") if code in (None, _NO_CODE) else codes.get(code, code)
    return Charge(kind, abs(amount), code, values.get("reason"))


def _dump_charge(charge, writing):
    if charge.amount < 0:
        raise FormatError("invalid_number", "", "the amount of a charge has no sign")
    if charge.kind not in _INDICATORS:
        raise not_carried("Charge.kind", f"neither charge nor allowance: {charge.kind!r:.60}")
    values = CHARGE.values_of(charge, writing)
    values["indicator"], codes = _INDICATORS[charge.kind]
    code = charge.code
    if code in codes:
        values["code"] = codes[code]
    elif code and not _is_x12_code(code):
        values |= {"code": None, "agency": "ZZ", "other_code": code}
    elif not code:
        values["code"] = _NO_CODE
    return values


def _is_x12_code(code):
    return len(code) == 4 and code[0].isalpha() and code[1:].isdigit() and code.isascii()


_NO_CODE = "ZZZZ"
_CHARGE_KINDS = {"A": ("allowance", ALLOWANCES), "C": ("charge", CHARGES)}
_INDICATORS = {
    "allowance": ("A", {ours: code for code, ours in ALLOWANCES.items()}),
    "charge": ("C", {ours: code for code, ours in CHARGES.items()}),
}
CHARGE = Shape(
    Charge,
    Segment(
        "SAC",
        Element(1, "indicator"),
        Element(2, "code"),
        Element(3, "agency", beside=True),
        Element(4, "other_code", text_of(10)),
        Element(5, "amount", CENTS),
        Element(15, "reason", text_of(80)),
    ),
    load=_load_charge,
    dump=_dump_charge,
    also={"kind": None},
)
CHARGES_GROUP = Group(CHARGE, "charges", many=True)


# Notes and dates -------------------------------------------------------------------------------------------


def notes(field="note"):
    """Free text: N9 says that it comes, MSG has it up to version 4, MTX from version 5 on."""
    return (
        Segment("N9*L1", Element(2, "note_reference"), Ignored(3)),
        Lines("MSG", (1,), field, 264, until="005"),
        Lines("MTX", (2,), field, 4096, since="005"),
    )


def note_values(text):
    return {"note_reference": NOTE_REFERENCE if text else None}


def date_segment(qualifier, field, segment="DTM"):
    return Segment(f"{segment}*{qualifier}", Element(2, field, LOOSE_DATE), Ignored(3, 4))


# 374: the day, not before, not after.
REQUESTED = ("002", "071", "074")
PROMISED = ("069", "072", "075")


def period_segments(name, qualifiers):
    day, start, end = qualifiers
    return (
        date_segment(day, f"{name} day"),
        date_segment(start, f"{name} start"),
        date_segment(end, f"{name} end"),
    )


def take_period(values, name, segment, reading):
    """The period of a day, or of a first and a last day."""
    day = values.pop(f"{name} day", None)
    start, end = values.pop(f"{name} start", None), values.pop(f"{name} end", None)
    if day:
        if (start or end) and (start, end) != (day, day):
            reading.remark("not_understood", segment, f"{name} also from {start} to {end}")
        return Period(day, day)
    return Period(start, end) if start or end else None


def period_values(name, period):
    if period is None:
        return {}
    if period.start is not None and period.start == period.end:
        return {f"{name} day": period.start}
    return {f"{name} start": period.start, f"{name} end": period.end}


# Counts ----------------------------------------------------------------------------------------------------


def check_count(values, counted, segment, reading):
    count = values.pop("line_count", None)
    if count is not None and count != counted:
        reading.deviation("inconsistent", segment, f"CTT/01 {count} counted {counted}")


# Purposes --------------------------------------------------------------------------------------------------


def _read_purpose(text, reading):
    if text not in PURPOSES and text not in NEUTRAL_PURPOSES:
        reading.remark_here("unknown_code", f"purpose {text}")
    return PURPOSES.get(text)


def purpose_kind(unsaid):
    """Purposes of documents; ``unsaid`` is the code that stands for none of ours where one has to be."""
    codes = {purpose: code for code, purpose in PURPOSES.items()} | {UNSAID: unsaid}

    def write(value, writing):
        if value not in codes:
            raise not_carried("purpose", f"no purpose: {value!r:.60}")
        return codes[value]

    return Kind(_read_purpose, write)


UNSAID = "unsaid"
