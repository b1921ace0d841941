"""Our partners as parties of a document, and a document's parties as our partners."""

from odoo.fields import Domain

from ..core.documents import Address, Party
from ..core.identity import normalise_id

GLN = "0088"
VAT = "VAT"
# What is told of a partner.
PARTY_FIELDS = (
    "name",
    "global_location_number",
    "vat",
    "street",
    "street2",
    "city",
    "zip",
    "state_id",
    "country_id",
    "commercial_partner_id",
    "parent_id",
    "active",
)


def party_of(partner, with_vat=False):
    """A partner with its GLN, and its company's VAT number where asked for (Peppol wants the buyer's only)."""
    ids = []
    if partner.global_location_number:
        ids.append((GLN, partner.global_location_number))
    if with_vat and partner.commercial_partner_id.vat:
        ids.append((VAT, partner.commercial_partner_id.vat))
    return Party(name=partner.name, ids=tuple(ids), address=_address(partner))


def _address(partner):
    """None without a country: Peppol refuses such an address, and the GLN names the place anyway."""
    if not partner.country_id:
        return None
    return Address(
        street=partner.street or None,
        street2=partner.street2 or None,
        city=partner.city or None,
        zip=partner.zip or None,
        region=partner.state_id.name or None,
        country=partner.country_id.code,
    )


def partners_by_id(parties, near):
    """{(scheme, normalised value): partner} for all GLNs and VAT numbers of ``parties``, in one query.

    ``near`` are the partners that are meant if anybody is. They come first, and are found however their
    numbers are written; others as the document writes it or without blanks and dots.
    """
    values = {GLN: set(), VAT: set()}
    for party in filter(None, parties):
        for scheme, value in party.ids:
            if scheme in values:
                values[scheme] |= {value, normalise_id(value)}
    others = near.search(
        Domain("global_location_number", "in", values[GLN]) | Domain("vat", "in", values[VAT]),
        order="is_company desc, id",
    )
    found = {}
    for partner in near | others:
        for key in ((GLN, partner.global_location_number), (VAT, partner.vat)):
            if key[1]:
                found.setdefault((key[0], normalise_id(key[1])), partner)
    return found


def partners_of(party, found):
    """The companies that the party's ids name: none, one, or several that contradict. A name is no evidence."""
    companies = None
    for scheme, value in party.ids if party else ():
        partner = found.get((scheme, normalise_id(value)))
        if partner:
            company = partner.commercial_partner_id
            companies = company if companies is None else companies | company
    return companies


def is_identified(party):
    """Whether it has an id that we look partners up by."""
    return bool(party) and any(scheme in (GLN, VAT) for scheme, _value in party.ids)


def words_of(party):
    """For the message to a person."""
    if party is None:
        return "-"
    ids = ", ".join(value for _scheme, value in party.ids)
    return f"{party.name or '-'} ({ids or '-'})"
