"""Reads a run's file into its lines, a chunk a transaction."""

import io
import time
from itertools import islice

from odoo.exceptions import UserError

from ...core.exceptions import BusinessError
from ...formats import FormatError, detect
from ...formats.catalogue_stream import open_catalogue
from .. import transactions
from ..insert_rows import insert_rows
from ..parties import partners_by_id, partners_of, words_of
from . import asking
from .run_states import count, move

CHUNK = 1000
SHOWN = 200


def read(run, deadline):
    """Goes on behind the lines that are stored; at the end of the file the run is to be compared."""
    with open_content(run) as file:
        try:
            # After a pause what was stored is gone through once more: no syntax can be entered in its middle.
            options = run.options or {}
            head, lines = open_catalogue(file, run.format or None, skip=run.line_count, **options)
            if not run.line_count:
                _keep_head(run, head, file)
            while chunk := list(islice(lines, CHUNK)):
                _store(run, chunk, file.tell())
                transactions.commit(run.env)
                run.env.invalidate_all()
                if time.monotonic() > deadline or run.state != "reading":
                    return
        except (FormatError, BusinessError) as error:
            _fail(run, error)
        else:
            move(run, "comparing", read_bytes=run.size)


def open_content(run):
    """The bytes of the run as a file; from the file store they are not read into memory."""
    # sudo: an attachment of a field is read by whoever works on the record.
    attachment = (
        run.env["ir.attachment"]
        .sudo()
        .search(
            [
                ("res_model", "=", run._name),
                ("res_field", "=", "content"),
                ("res_id", "=", run.id),
            ]
        )
    )
    if not attachment:
        raise UserError(run.env._("The file of catalogue %s is no longer kept.", run.name))
    if attachment.store_fname:
        return open(attachment._full_path(attachment.store_fname), "rb")
    return io.BytesIO(attachment.raw)


def _keep_head(run, head, file):
    """What the catalogue says of itself; what a person said at the upload goes before."""
    _check_seller(run, head.seller)
    place = file.tell()
    file.seek(0)
    code = run.format or detect(file.read(65_536))
    file.seek(place)
    # sudo: runs are closed to writes by hand.
    run.sudo().write(
        {
            "format": code,
            "number": head.number or run.name,
            "action": head.action,
            "issued": head.issued,
            "contract": run.contract or head.contract,
            "valid_from": run.valid_from or head.valid_from,
            "valid_to": run.valid_to or head.valid_to,
            "currency_code": run.currency_code or head.currency,
            "complete": run.complete or head.action == "replace",
        }
    )


def _check_seller(run, seller):
    """A catalogue that names another seller changes nothing."""
    supplier = run.partner_id.commercial_partner_id
    named = partners_of(seller, partners_by_id((seller,), supplier))
    if named and named != supplier:
        raise BusinessError(
            run.env._(
                "%(catalogue)s is a catalogue of %(seller)s, not of %(supplier)s.",
                catalogue=run.name,
                seller=words_of(seller),
                supplier=supplier.name,
            ),
            "wrong_supplier",
        )


def _store(run, chunk, read_bytes):
    rows = [_row(run, position, each) for position, each in enumerate(chunk, run.line_count + 1)]
    bad = sum(1 for each in chunk if each.error)
    insert_rows(run.env["integration.catalogue.line"], rows)
    vals = {"line_count": run.line_count + len(chunk), "read_bytes": read_bytes}
    count(run, ["bad"] * bad, **vals)


def _row(run, position, read):
    line, error = read.line, read.error
    price = line.price if line else None
    per = price.per if price else None
    item = line.item if line else None
    return {
        "catalogue_id": run.id,
        "company_id": run.company_id.id,
        "position": position,
        "row": read.row,
        "verdict": "bad" if error else None,
        "error_code": error.code if error else None,
        "error_text": str(error)[:SHOWN] if error else None,
        "jump": False,
        "replaces": False,
        "action": (line.action if line else None) or run.action or None,
        "seller_code": item.seller_code if item else None,
        "buyer_code": item.buyer_code if item else None,
        "gtin": item.gtin if item else None,
        "item_name": item.name[:SHOWN] if item and item.name else None,
        "has_price": price is not None,
        "told_price": price.value if price else None,
        "per_value": per.value if per else None,
        "per_unit": per.unit if per else None,
        "unit_code": line.unit if line else None,
        "told_minimum": line.minimum.value if line and line.minimum else None,
        "minimum_unit": line.minimum.unit if line and line.minimum else None,
        "currency_code": (line.currency if line else None) or run.currency_code or None,
        "valid_from": (line.valid_from if line else None) or run.valid_from or None,
        "valid_to": (line.valid_to if line else None) or run.valid_to or None,
    }


def _fail(run, error):
    """Nothing of it is applied: what came after the mistake might have said otherwise."""
    move(run, "failed", error=str(error)[: 2 * SHOWN])
    asking.ask_about_failure(run, getattr(error, "code", "unreadable"))
