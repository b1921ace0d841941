from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.exception_codes import EXCEPTION_CODES
from ..core.facts import Fact
from ..services import mapping_suggestions, replay, tell_by_phone
from ..services.retention import prune


class IntegrationException(models.Model):
    """Something a person must decide: with owner, due date, cause and suggested action."""

    _name = "integration.exception"
    _description = "Integration exception"
    _order = "state, date_due, id"
    _rec_name = "summary"

    code = fields.Selection(
        [(code, kind.title) for code, kind in EXCEPTION_CODES.items()],
        "Cause",
        required=True,
        readonly=True,
    )
    summary = fields.Char("What happened", required=True, readonly=True)
    suggestion = fields.Char("What to do", readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("resolved", "Resolved")],
        required=True,
        readonly=True,
        default="open",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one("res.partner", "Supplier", readonly=True)
    message_id = fields.Many2one(
        "integration.message", readonly=True, index=True, ondelete="restrict"
    )
    endpoint_id = fields.Many2one("integration.endpoint", readonly=True, index=True)
    business_ref = fields.Char("Business reference", readonly=True, index="btree_not_null")
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    user_id = fields.Many2one("res.users", "Owner", readonly=True, index=True)
    date_due = fields.Datetime("Due", readonly=True)
    overdue = fields.Boolean(compute="_compute_overdue")
    resolved_by_id = fields.Many2one("res.users", readonly=True)
    resolved_on = fields.Datetime(readonly=True)
    resolution = fields.Char("Reason", readonly=True)
    is_mine = fields.Boolean(compute="_compute_is_mine")
    # The code that is missing in a mapping, where that is the cause (services/mapping_waiting.py).
    mapping_domain = fields.Selection(
        lambda self: self.env["integration.mapping"]._fields["domain"].selection,
        "Kind of code",
        readonly=True,
    )
    mapping_code = fields.Char("Unknown code", readonly=True)
    mapping_way = fields.Selection(
        [("in", "What it stands for"), ("out", "The partner's code")], "Missing", readonly=True
    )
    mapping_product_id = fields.Many2one("product.product", "For product", readonly=True)
    mapping_target = fields.Integer(readonly=True)
    mapping_clues = fields.Json(readonly=True)
    mapping_draft_id = fields.Many2one(
        "integration.mapping",
        "Waits for approval of",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    can_answer = fields.Boolean(compute="_compute_can_answer")
    suggestion_text = fields.Html(compute="_compute_suggestion_text", sanitize=False)

    _open_idx = models.Index("(user_id, date_due) WHERE state = 'open'")
    _mapping_idx = models.Index(
        "(endpoint_id, mapping_domain) WHERE state = 'open' AND mapping_domain IS NOT NULL"
    )
    _record_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")

    def _compute_overdue(self):
        now = fields.Datetime.now()
        for record in self:
            record.overdue = bool(
                record.state == "open" and record.date_due and record.date_due < now
            )

    @api.depends("state", "mapping_domain", "mapping_code", "mapping_way", "mapping_draft_id")
    def _compute_can_answer(self):
        for record in self:
            record.can_answer = bool(
                record.state == "open"
                and record.mapping_domain
                and (record.mapping_code or record.mapping_way == "out")
                and not record.mapping_draft_id
            )

    def _compute_suggestion_text(self):
        for record in self:
            record.suggestion_text = record.can_answer and mapping_suggestions.html(record)

    @api.depends_context("uid")
    def _compute_is_mine(self):
        for record in self:
            record.is_mine = record._may_resolve()

    @api.model
    def _raise(self, vals_list):
        """Opens exceptions; owner, due date and suggestion are filled from the code where not given.

        The endpoint is the message's, unless the question is about an endpoint itself.
        """
        now = fields.Datetime.now()
        defaults = {
            code: {"suggestion": kind.suggestion, "date_due": now + timedelta(hours=kind.hours)}
            for code, kind in EXCEPTION_CODES.items()
        }
        # sudo: nobody creates exceptions by hand; whoever detects one may lack rights on the queue.
        records = self.sudo().create([{**defaults[vals["code"]], **vals} for vals in vals_list])
        for record in records.filtered(lambda r: not r.endpoint_id):
            record.endpoint_id = record.message_id.endpoint_id
        for record in records.filtered(lambda r: not r.user_id):
            record.user_id = record.endpoint_id.owner_id
        records.sudo(False)._tell("exception.raised", "raised")
        return records.sudo(False)

    def _may_resolve(self):
        self.ensure_one()
        operator = "healthcare_procurement_connector.group_integration_operator"
        return self.user_id == self.env.user or self.env.user.has_group(operator)

    def _resolve(self, reason):
        """Closes exceptions whose cause is gone or was decided; ``reason`` says which."""
        # sudo: callers checked the right to decide; the table itself is closed to writes, and who settles a
        # question by what he does need not be allowed to read it.
        still_open = self.sudo().filtered(lambda record: record.state == "open").sudo(False)
        still_open.sudo().write(
            {
                "state": "resolved",
                "resolved_by_id": self.env.uid,
                "resolved_on": fields.Datetime.now(),
                "resolution": reason,
            }
        )
        still_open._tell("exception.resolved", "resolved")

    def _tell(self, fact_type, action):
        now = fields.Datetime.now()
        # sudo: reads back rows that this transaction wrote, for the record's own facts.
        rows = self.sudo()
        self.env["integration.fact"]._record(
            [
                Fact(
                    type=fact_type,
                    subject=str(row.id),
                    company_id=row.company_id.id,
                    occurred=now,
                    business_ref=row.business_ref or None,
                    data={"code": row.code},
                )
                for row in rows
            ]
        )
        self.env["integration.audit"]._append(
            [
                {
                    "action": f"exception.{action}",
                    "res_model": self._name,
                    "res_id": row.id,
                    "company_id": row.company_id.id,
                    "business_ref": row.business_ref,
                    "detail": {"code": row.code, "reason": row.resolution or None},
                }
                for row in rows
            ]
        )

    def action_resolve(self, reason):
        """Closes the exceptions for a reason; by their owner or an operator."""
        if not (reason or "").strip():
            raise UserError(self.env._("Say in a few words why this is settled."))
        for record in self:
            if not record._may_resolve():
                raise AccessError(
                    self.env._(
                        "Only its owner or an integration operator may resolve: %s", record.summary
                    )
                )
        self._resolve(reason.strip())
        tell_by_phone.resolved(self, reason.strip())

    def action_answer_code(self):
        """Opens the dialog that says what the unknown code stands for, with suggestions."""
        answer = self._answer()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What does the code stand for?"),
            "res_model": answer._name,
            # Its rows have buttons, which need to be there before they are pressed.
            "res_id": answer.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_use_suggestion(self):
        """One click: the first suggestion becomes a row of the mapping, and what waited for it goes on."""
        answer = self._answer()
        return answer._answer(answer.suggestion_ids[:1].target)

    def _answer(self):
        self.ensure_one()
        answers = self.env["integration.mapping.answer"]
        return answers.with_context(default_exception_id=self.id).create({})

    def action_replay(self):
        """Processes or sends the messages again; what still fails opens a new exception."""
        replay.replay(self.message_id)

    def action_open_record(self):
        self.ensure_one()
        model, record_id = self.res_model, self.res_id
        if not record_id:
            model, record_id = "integration.message", self.message_id.id
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": record_id,
            "view_mode": "form",
        }

    @api.autovacuum
    def _gc_exceptions(self):
        """Settled questions go after ``healthcare.exception_days``; the audit record keeps who settled them."""
        return prune(
            self,
            [("state", "=", "resolved")],
            "resolved_on",
            "healthcare.exception_days",
            default_days=1095,
        )
