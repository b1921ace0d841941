"""Our partners as parties of a document, and a document's parties as our partners."""

from odoo.fields import Domain

from ..core.documents import Address, Party
from ..core.identity import normalise_id

GLN = "0088"
VAT = "VAT"


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


def partners_by_id(env, parties):
    """{(scheme, normalised value): partner} for all GLNs and VAT numbers of ``parties``, in one query."""
    wanted = {
        (scheme, normalise_id(value))
        for party in parties
        if party
        for scheme, value in party.ids
        if scheme in (GLN, VAT)
    }
    values = {scheme: [value for kind, value in wanted if kind == scheme] for scheme in (GLN, VAT)}
    partners = env["res.partner"].search(
        Domain("global_location_number", "in", values[GLN]) | Domain("vat", "in", values[VAT]),
        order="is_company desc, id",
    )
    found = {}
    for partner in partners:
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
