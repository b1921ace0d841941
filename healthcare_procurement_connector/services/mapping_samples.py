"""Golden samples: what a mapping makes of documents that somebody has looked at."""

import difflib

from markupsafe import Markup

from odoo import fields

from ..core.exceptions import BusinessError
from ..core.used_codes import used_codes
from ..formats import FormatError, parse
from .item_search import ItemSearch
from .mapping_versions import Words
from .mappings import Mappings, MappingTables


def translation(sample, version=None):
    """What each code of the sample's document stands for, a line each, by its mapping or by another version."""
    version = version or sample.mapping_id
    env = sample.env
    try:
        documents = parse(sample._raw())
    except FormatError as error:
        return env._("It cannot be read: %s", error)
    used = [
        (f"{document.number} {code.path}", code)
        for document in documents
        for code in used_codes(document)
        if code.domain == version.domain
    ]
    found = _find(sample, version, [code for _path, code in used])
    words = Words(env, version.domain, [row for row in found if row and not isinstance(row, str)])
    return "\n".join(
        f"{path}: {code.code} = {_in_words(env, words, row)}"
        for (path, code), row in zip(used, found, strict=True)
    )


def _find(sample, version, codes):
    """For each code its Row, None where there is none, or a text where it is ambiguous."""
    endpoint, day = version.endpoint_id, fields.Date.today()
    tables = MappingTables(endpoint, day, {code.code for code in codes}, version)
    mappings = Mappings(endpoint, day, tables)
    products = ItemSearch(
        sample.env, endpoint.partner_ids.commercial_partner_id, [code.item for code in codes]
    )
    found = []
    for code in codes:
        product = products.of(code.item) if version.domain == "unit" else None
        try:
            found.append(
                mappings.find(
                    code.domain, code.code, product.id if len(product or ()) == 1 else None
                )
            )
        except BusinessError as error:
            found.append(str(error))
    return found


def _in_words(env, words, row):
    if row is None:
        return env._("unknown")
    return row if isinstance(row, str) else words.of(row)


def samples_of(mapping):
    """The samples that a version is judged by: its own and those of the version that it changes."""
    return mapping.sample_ids | mapping.origin_id.sample_ids


def results(draft):
    """[(sample, what is expected, what the draft makes of it)]."""
    return [
        (sample, sample.expected or "", translation(sample, draft)) for sample in samples_of(draft)
    ]


def report_html(draft):
    """What the draft makes of the samples, the differences only; False for what is no draft."""
    if not draft or draft.state != "draft":
        return False
    env = draft.env
    found = results(draft)
    if not found:
        return Markup("<p class='text-muted'>%s</p>") % env._(
            "No samples: keep some documents of the partner with the mapping, and their translation is compared here."
        )
    return Markup().join(_report(env, *result) for result in found)


def _report(env, sample, expected, result):
    if expected == result:
        badge = Markup("<span class='badge text-bg-success'>%s</span>") % env._("as expected")
        return Markup("<p>%s %s</p>") % (badge, sample.name)
    badge = Markup("<span class='badge text-bg-warning'>%s</span>") % env._("differs")
    lines = difflib.unified_diff(
        expected.splitlines(),
        result.splitlines(),
        env._("expected"),
        env._("then"),
        lineterm="",
        n=0,
    )
    text = "\n".join(line for line in lines if not line.startswith("@@"))
    return Markup("<p>%s %s</p><pre class='small'>%s</pre>") % (badge, sample.name, text)
