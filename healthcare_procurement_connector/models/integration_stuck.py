from odoo import fields, models
from odoo.tools import SQL

from ..core.delivery import LABELS
from ..core.document_types import DOCUMENT_TYPES
from ..core.stuck import CAUSES, STUCK
from ..services.held_back import counts

_STATES = tuple(state for states in STUCK.values() for state in states)


class IntegrationStuck(models.Model):
    """The messages that nothing moves any more but a person: why, how long, and what it holds up.

    A view of ``integration.message`` under the same ids; the causes are data of ``core.stuck``.
    """

    _name = "integration.stuck"
    _description = "Stuck message"
    _auto = False
    _order = "created, id"
    _depends = {
        "integration.message": [
            "direction", "state", "document_type", "endpoint_id", "company_id", "partner_id", "number",
            "business_ref", "error_code", "last_error", "res_model", "res_id",
            "wait_until",
        ],
        "purchase.order": ["amount_total_cc"],
    }  # fmt: skip

    message_id = fields.Many2one("integration.message", readonly=True)
    direction = fields.Selection([("out", "Out"), ("in", "In")], readonly=True)
    cause = fields.Selection([(code, cause.title) for code, cause in CAUSES.items()], readonly=True)
    state = fields.Selection([(state, LABELS[state]) for state in _STATES], readonly=True)
    document_type = fields.Selection(
        [(code, kind.label) for code, kind in DOCUMENT_TYPES.items()], readonly=True
    )
    endpoint_id = fields.Many2one("integration.endpoint", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", "Supplier", readonly=True)
    number = fields.Char("Document number", readonly=True)
    business_ref = fields.Char("Business reference", readonly=True)
    last_error = fields.Char(readonly=True)
    created = fields.Datetime("Since", readonly=True)
    amount = fields.Monetary(
        "At stake",
        readonly=True,
        aggregator="sum",
        help="The order's total, in the company's currency.",
    )
    held_back = fields.Integer(
        "Holds back",
        compute="_compute_held_back",
        help="Younger messages of the same order, which may not overtake this one.",
    )

    def _compute_held_back(self):
        held_back = counts(self.env, self.ids)
        for row in self:
            row.held_back = held_back.get(row.id, 0)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT m.id, m.id AS message_id, m.direction, %(cause)s AS cause, m.state, m.document_type,
                   m.endpoint_id, m.company_id, company.currency_id, m.partner_id, m.number,
                   m.business_ref, m.last_error, m.create_date AS created,
                   po.amount_total_cc AS amount
              FROM integration_message m
              JOIN res_company company ON company.id = m.company_id
              LEFT JOIN purchase_order po ON m.res_model = 'purchase.order' AND po.id = m.res_id
             WHERE m.state IN %(states)s
               AND (m.state != 'waiting'
                    OR COALESCE(m.wait_until, m.create_date + interval '1 day')
                       < (now() AT TIME ZONE 'UTC'))
            """,
            cause=_cause(),
            states=_STATES,
        )

    def action_open(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "integration.message",
            "res_id": self.id,
            "view_mode": "form",
        }


def _cause():
    """The rows of CAUSES, the first one that fits, in the database's words."""
    cases = []
    for code, cause in CAUSES.items():
        fits = [SQL("m.error_code LIKE %s", f"{_literal(prefix)}%") for prefix in cause.prefixes]
        if cause.codes:
            fits.append(SQL("m.error_code IN %s", cause.codes))
        if cause.states:
            fits.append(SQL("m.state IN %s", cause.states))
        if fits:
            cases.append(SQL("WHEN %s THEN %s", SQL(" OR ").join(fits), code))
    return SQL("CASE %s ELSE 'other' END", SQL(" ").join(cases))


def _literal(prefix):
    return prefix.replace("_", r"\_")
