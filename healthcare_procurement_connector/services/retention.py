"""Removes what is older than a rule says, a bounded number of rows at a time."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Domain

BATCH = 5000


def prune(model, domain, date_field, parameter, default_days):
    """Deletes at most BATCH rows older than the days of the system parameter; 0 days keeps everything.

    Returns (deleted, whether more may be left), as Odoo's autovacuum expects.
    """
    # sudo: called by the vacuum, which runs as the superuser.
    days = int(model.env["ir.config_parameter"].sudo().get_param(parameter, default_days))
    if not days:
        return 0, False
    before = fields.Datetime.now() - timedelta(days=days)
    # sudo: as above.
    rows = model.sudo().search(
        Domain(domain) & Domain(date_field, "<", before), limit=BATCH, order="id"
    )
    count = len(rows)
    rows.unlink()
    return count, count == BATCH
