"""What an unknown code probably stands for: candidates are read here, judged in core/suggestions.py."""

from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from odoo.fields import Domain

from ..core.documents import Item
from ..core.mapping import Missing
from ..core.suggestions import Candidate, rank
from .item_search import ItemSearch
from .mapping_waiting import missing_of

# Candidates that are only found by a word; each more costs a comparison.
BY_WORDS = 60
SHORTEST_WORD = 4


@dataclass(frozen=True, slots=True)
class Question:
    """What candidates are looked for by; the fields are recordsets."""

    env: Any
    endpoint_id: Any
    company_id: Any
    mapping_product_id: Any


def suggest(exception):
    """The best suggestions for the code that an exception asks about, as core.suggestions.Suggestion."""
    missing = missing_of(exception)
    return suggest_for(exception.endpoint_id, exception.company_id, missing) if missing else []


def suggest_for(endpoint, company, missing: Missing):
    """As ``suggest``, for a code that nobody has asked about yet."""
    # sudo: an operator sees names of records of the question's own company that he may lack the rights to open.
    env = endpoint.sudo().env(context={"allowed_company_ids": company.ids})
    question = Question(
        env,
        endpoint.with_env(env),
        company.with_env(env),
        env["product.product"].browse(missing.product or ()),
    )
    if missing.direction == "out":
        return rank(missing, _unit_codes(env))
    if missing.domain not in CANDIDATES:
        return []
    missing = _with_more_clues(question, missing)
    return rank(missing, CANDIDATES[missing.domain](question, missing))


def html(exception):
    """The suggestions for people: what, how sure, why; False where there are none."""
    found = suggest(exception)
    if not found:
        return False
    reasons = dict(
        exception.env["integration.mapping.suggestion"]
        ._fields["reason"]
        ._description_selection(exception.env)
    )
    line = Markup(
        "<tr><td>%s</td><td>%s %%</td><td class='text-muted'>%s</td><td class='text-muted'>%s</td></tr>"
    )
    rows = Markup().join(
        line % (each.name, each.score, reasons[each.reason], each.evidence) for each in found
    )
    return Markup("<table class='table table-sm'><tbody>%s</tbody></table>") % rows


def _clues(missing, *kinds):
    return [value for kind, value in missing.clues if kind in kinds]


def _with_more_clues(question, missing):
    """What a standard calls the unit, and the units in which the product is kept or bought."""
    if missing.domain != "unit":
        return missing
    name = question.env["integration.unit.code"]._names([missing.code or ""]).get(missing.code)
    clues = [("name", name)] if name else [("name", missing.code or "")]
    product = question.mapping_product_id
    near = product.uom_ids | product.seller_ids.product_uom_id
    clues += [("near", str(uom.id)) for uom in near]
    return replace(missing, clues=(*missing.clues, *clues))


def _unit_codes(env):
    return [
        Candidate(unit.code, f"{unit.code} {unit.name}")
        for unit in env["integration.unit.code"].search([])
    ]


def _units(question, _missing):
    product = question.mapping_product_id
    units = question.env["uom.uom"].search([])
    if product:
        # Odoo would convert into any other unit too, without complaint.
        units = units.filtered(lambda uom: uom._has_common_reference(product.uom_id))
    return [Candidate(uom.id, uom.name) for uom in units]


def _items(question, missing):
    env = question.env
    suppliers = question.endpoint_id.partner_ids.commercial_partner_id
    item = Item(
        gtin=next(iter(_clues(missing, "gtin")), None),
        seller_code=next(iter(_clues(missing, "seller_code")), None),
        buyer_code=next(iter(_clues(missing, "buyer_code")), None),
    )
    near = [int(value) for value in _clues(missing, "near")]
    products = ItemSearch(env, suppliers, [item]).all()
    products |= env["product.product"].browse(near).exists()
    products |= _by_words(env["product.product"], "name", missing)
    return [
        Candidate(product.id, product.display_name, tuple(_product_ids(product, suppliers)))
        for product in products
    ]


def _product_ids(product, suppliers):
    yield from (("gtin", product.barcode),) if product.barcode else ()
    yield from (("buyer_code", product.default_code),) if product.default_code else ()
    for price in product.seller_ids:
        if price.product_code and price.partner_id.commercial_partner_id in suppliers:
            yield "seller_code", price.product_code
            yield "manufacturer_code", price.product_code


def _partners(question, missing):
    model = question.env["res.partner"]
    partners = model.browse([int(value) for value in _clues(missing, "near")]).exists()
    partners |= model.search(
        Domain("global_location_number", "in", _clues(missing, "gln"))
        | Domain("vat", "in", _clues(missing, "vat")),
        limit=BY_WORDS,
    )
    partners |= _by_words(model, "name", missing)
    return [
        Candidate(partner.id, partner.display_name, tuple(_partner_ids(partner)))
        for partner in partners
    ]


def _partner_ids(partner):
    if partner.global_location_number:
        yield "gln", partner.global_location_number
    if partner.vat:
        yield "vat", partner.vat


def _places(question, missing):
    """A place of ours is the company or one of its care sites, whatever a document calls it."""
    company = question.company_id
    warehouses = question.env["stock.warehouse"].search([("company_id", "=", company.id)])
    return [
        Candidate(place.id, place.display_name, tuple(_partner_ids(place)))
        for place in company.partner_id | warehouses.partner_id
    ]


def _taxes(question, _missing):
    taxes = question.env["account.tax"].search(
        [("company_id", "=", question.company_id.id), ("type_tax_use", "=", "purchase")]
    )
    return [
        Candidate(tax.id, tax.name, (("rate", f"{tax.amount:.10g}"),))
        for tax in taxes
        if tax.amount_type == "percent"
    ]


def _by_words(model, field, missing):
    """Records that share a long word with the name in the document."""
    words = {
        word.strip(".,;()")
        for name in _clues(missing, "name")
        for word in name.split()
        if len(word.strip(".,;()")) >= SHORTEST_WORD
    }
    if not words:
        return model
    longest = sorted(words, key=lambda word: (-len(word), word))[:3]
    return model.search(Domain.OR(Domain(field, "ilike", word) for word in longest), limit=BY_WORDS)


CANDIDATES = {
    "unit": _units,
    "item": _items,
    "party": _partners,
    "location": _places,
    "tax": _taxes,
}
