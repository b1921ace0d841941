import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..core.delivery import BLOCKING, DUE, LABELS, NEEDS_A_PERSON, allowed
from ..core.document_types import DOCUMENT_TYPES
from ..core.duplicates import RULES
from ..core.lane import lane_of, lanes_of
from ..core.stuck import STUCK
from ..services import replay, waiting
from ..services.held_back import counts, held_back_ids
from ..services.payload_text import readable

SHOWN_CHARACTERS = 200_000


def _quoted(states):
    return ", ".join(f"'{state}'" for state in sorted(states))


class IntegrationMessage(models.Model):
    """One document on its way in or out: the log and the work queue are this one table.

    Nobody writes here but the services (rows are created and changed with sudo there, after they checked who
    acts); people read it and act through its buttons.
    """

    _name = "integration.message"
    _description = "Integration message"
    _inherit = ["integration.numbered.mixin"]
    _order = "id desc"
    _rec_names_search = ["number", "business_ref", "uid"]

    uid = fields.Char(
        "Message id",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: uuid.uuid4().hex,
        help="Constant over all attempts: the partner recognises a repeat by it.",
    )
    direction = fields.Selection([("out", "Out"), ("in", "In")], required=True, readonly=True)
    document_type = fields.Selection(
        [(code, kind.label) for code, kind in DOCUMENT_TYPES.items()], readonly=True
    )
    state = fields.Selection(list(LABELS.items()), required=True, readonly=True)
    endpoint_id = fields.Many2one(
        "integration.endpoint", required=True, readonly=True, ondelete="restrict"
    )
    route_id = fields.Many2one("integration.route", readonly=True, ondelete="set null")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one("res.partner", "Supplier", readonly=True, index="btree_not_null")
    number = fields.Char("Document number", readonly=True, index="btree_not_null")
    business_ref = fields.Char("Business reference", readonly=True, index="btree_not_null")
    business_key = fields.Char(
        readonly=True,
        help="Messages of one key never overtake each other (an order and its change).",
    )
    lane = fields.Integer(
        default=0,
        readonly=True,
        help="The track of its endpoint in which it is sent; see integration.lane.",
    )
    external_id = fields.Char("Partner's message id", readonly=True)
    content_hash = fields.Char(readonly=True)
    identity_key = fields.Char(
        readonly=True,
        help="Supplier, type and normalised number: the document's identity in business.",
    )
    duplicate_of_id = fields.Many2one(
        "integration.message", readonly=True, ondelete="set null", index="btree_not_null"
    )
    duplicate_rule = fields.Selection(list(RULES.items()), "Recognised by", readonly=True)
    idempotency_key = fields.Char(readonly=True)
    # An interchange of several documents keeps the bytes; each document is a message of its own.
    parent_id = fields.Many2one(
        "integration.message", "Part of", readonly=True, ondelete="restrict"
    )
    position = fields.Integer("Place in it", readonly=True)
    child_ids = fields.One2many("integration.message", "parent_id", "Its documents")
    superseded_by_id = fields.Many2one(
        "integration.message",
        "Replaced by",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    difference = fields.Text("Other than the earlier document", readonly=True)
    waiting_for = fields.Char(readonly=True, help="What ends the wait; see core/waiting.py.")
    wait_since = fields.Datetime("Waits since", readonly=True)
    wait_until = fields.Datetime(
        "Waits until", readonly=True, help="After that a person is asked, or was asked."
    )
    pruned = fields.Datetime("Content removed on", readonly=True)
    size = fields.Integer("Size (bytes)", readonly=True)
    priority = fields.Integer(default=0, readonly=True)
    revision = fields.Integer(default=0, readonly=True)
    note = fields.Char("Reason", readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", string="Record", readonly=True)
    next_attempt = fields.Datetime(readonly=True)
    lease_until = fields.Datetime(readonly=True)
    attempt_count = fields.Integer("Attempts", default=0, readonly=True)
    delivered = fields.Datetime("Finished", readonly=True)
    error_code = fields.Char(readonly=True)
    last_error = fields.Char(readonly=True)
    mail_id = fields.Many2one(
        "mail.mail", readonly=True, ondelete="set null", index="btree_not_null"
    )
    resend_of_id = fields.Many2one(
        "integration.message",
        "Sent anew for",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The message this one was made for, under an id of its own.",
    )
    replaced_by_ids = fields.One2many("integration.message", "resend_of_id", "Sent anew as")
    edited_by_id = fields.Many2one(
        "res.users", readonly=True, help="Who changed its bytes by hand."
    )
    rerouted_from_id = fields.Many2one(
        "integration.endpoint",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The endpoint that was down when this message took another way.",
    )
    decision = fields.Char("Reason of the decision", readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
    held_back = fields.Integer("Holds back", compute="_compute_held_back")
    payload_ids = fields.One2many("integration.payload", "message_id")
    attempt_ids = fields.One2many("integration.attempt", "message_id")
    exception_ids = fields.One2many("integration.exception", "message_id")
    payload_text = fields.Text("Content", compute="_compute_payload_text")
    needs_person = fields.Boolean(compute="_compute_needs_person", search="_search_needs_person")

    _uid_uniq = models.UniqueIndex("(uid)")
    _external_id_uniq = models.UniqueIndex("(endpoint_id, external_id) WHERE direction = 'in'")
    # Two workers that apply the same invoice at once: the second one fails here and finds the first's work.
    _identity_uniq = models.UniqueIndex(
        "(company_id, identity_key) WHERE identity_key IS NOT NULL AND state = 'processed' "
        "AND superseded_by_id IS NULL"
    )
    _identity_idx = models.Index("(company_id, identity_key) WHERE identity_key IS NOT NULL")
    _idempotency_uniq = models.UniqueIndex(
        "(endpoint_id, idempotency_key) WHERE idempotency_key IS NOT NULL"
    )
    _part_uniq = models.UniqueIndex("(parent_id, position) WHERE parent_id IS NOT NULL")
    # One acknowledgement of each group of what came in, however often that is read.
    _acknowledges_uniq = models.UniqueIndex(
        "(acknowledges_id, position) WHERE acknowledges_id IS NOT NULL AND resend_of_id IS NULL"
    )
    _control_idx = models.Index(
        "(endpoint_id, interchange_control) WHERE direction = 'out' AND interchange_control IS NOT NULL"
    )
    # What may still miss its acknowledgement.
    _unacknowledged_idx = models.Index(
        "(route_id, delivered) WHERE direction = 'out' AND state = 'sent' AND receipt IS NULL"
    )
    _waiting_idx = models.Index("(company_id, waiting_for) WHERE state = 'waiting'")
    _wait_until_idx = models.Index("(wait_until) WHERE state = 'waiting'")
    # Urgent first, and, each few turns, oldest first: the two ways in which a lane is read.
    _urgent_idx = models.Index(
        "(endpoint_id, lane, priority DESC, id) "
        f"WHERE direction = 'out' AND state IN ({_quoted(DUE['out'])})"
    )
    _oldest_idx = models.Index(
        f"(endpoint_id, lane, id) WHERE direction = 'out' AND state IN ({_quoted(DUE['out'])})"
    )
    _due_in_idx = models.Index(
        f"(endpoint_id, priority DESC, id) WHERE direction = 'in' AND state IN ({_quoted(DUE['in'])})"
    )
    _head_idx = models.Index(
        f"(endpoint_id, business_key, id) WHERE state IN ({_quoted(BLOCKING['out'] + BLOCKING['in'])})"
    )
    # The list of stuck messages reads these, however many are finished.
    _stuck_idx = models.Index(f"(id) WHERE state IN ({_quoted(STUCK['out'] + STUCK['in'])})")
    _lease_idx = models.Index("(lease_until) WHERE state IN ('sending', 'processing')")
    _endpoint_idx = models.Index("(endpoint_id, state)")
    _record_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")
    _hash_idx = models.Index("(endpoint_id, content_hash) WHERE direction = 'in'")

    @api.depends("document_type", "number", "state")
    def _compute_display_name(self):
        labels = dict(self._fields["document_type"]._description_selection(self.env))
        for message in self:
            kind = labels.get(message.document_type) or self._unnamed(message.state)
            message.display_name = f"{kind} {message.number or message.uid[:8]}"

    def _payload(self):
        """Its bytes, those of the interchange it is part of, or an empty record where they are no longer kept."""
        self.ensure_one()
        return (self.parent_id or self).payload_ids[:1]

    def _unnamed(self, state):
        """Only what holds several documents is processed without being one."""
        return self.env._("Interchange") if state == "processed" else self.env._("Document")

    def _compute_payload_text(self):
        for message in self:
            payload = message._payload()
            message.payload_text = readable(payload._raw())[:SHOWN_CHARACTERS] if payload else False

    def _compute_held_back(self):
        held_back = counts(self.env, self.ids)
        for message in self:
            message.held_back = held_back.get(message.id, 0)

    @api.depends("state")
    def _compute_needs_person(self):
        for message in self:
            message.needs_person = message.state in NEEDS_A_PERSON

    def _search_needs_person(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("state", "in" if True in value else "not in", NEEDS_A_PERSON)]

    @api.model_create_multi
    def create(self, vals_list):
        """Outgoing messages are given their lane: that of their business key."""
        self.check_access("create")
        endpoints = self.env["integration.endpoint"].browse(
            {vals["endpoint_id"] for vals in vals_list if vals["direction"] == "out"}
        )
        lanes = {e.id: lanes_of(e.concurrency, e.idempotent) for e in endpoints}
        for vals in vals_list:
            if vals["direction"] == "out":
                key = vals.get("business_key") or vals.setdefault("uid", uuid.uuid4().hex)
                vals["lane"] = lane_of(key, lanes[vals["endpoint_id"]])
        return super().create(vals_list)

    def write(self, vals):
        self.check_access("write")
        for message in self if "state" in vals else ():
            old, new = message.state, vals["state"]
            if old != new and not allowed(message.direction, old, new):
                raise ValidationError(
                    self.env._(
                        "%(message)s cannot go from %(old)s to %(new)s.",
                        message=message.display_name,
                        old=old,
                        new=new,
                    )
                )
        return super().write(vals)

    def action_replay(self):
        """Queues failed messages again under their own id; the operator's right is checked in the service."""
        replay.replay(self)

    def action_held_back(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Held back by %s", self.display_name),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("id", "in", held_back_ids(self.env, self.id))],
        }

    def action_stop_waiting(self):
        waiting.stop_waiting(self)

    def action_open_record(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    def action_download(self):
        self.ensure_one()
        payload = self._payload()
        if not payload:
            raise UserError(self.env._("The content of %s is no longer kept.", self.display_name))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/integration.payload/{payload.id}/content"
            f"?download=true&filename={self.uid}.txt",
            "target": "self",
        }
