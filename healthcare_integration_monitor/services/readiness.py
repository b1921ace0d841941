"""Asks the database what ``/healthcare/health/ready`` answers."""

from odoo import fields
from odoo.tools import SQL

from ..core.health import Sweep, readiness

SWEEP = ("healthcare_procurement_connector", "cron_sweep")


def check(env):
    """Whether this database is ready: one query, two words a check, nothing about the business in it."""
    rows = env.execute_query(
        SQL(
            """
            SELECT cron.active, cron.lastcall, cron.nextcall
              FROM ir_model_data name JOIN ir_cron cron ON cron.id = name.res_id
             WHERE name.module = %s AND name.name = %s AND name.model = 'ir.cron'
            """,
            *SWEEP,
        )
    )
    return readiness(Sweep(*rows[0]) if rows else None, fields.Datetime.now())
