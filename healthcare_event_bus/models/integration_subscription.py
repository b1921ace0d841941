import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.healthcare_procurement_connector.core import signature
from odoo.addons.healthcare_procurement_connector.core.facts import FACT_TYPES
from odoo.addons.healthcare_procurement_connector.models.integration_secret_mixin import SHOWN

from ..core import filter as event_filter
from ..services import relay, steer

MANAGER = "healthcare_procurement_connector.group_integration_manager"
FORMER_SECRET = timedelta(days=1)
OPERATOR = "healthcare_procurement_connector.group_integration_operator"


class IntegrationSubscription(models.Model):
    """Who is told about which events, where, since when."""

    _name = "integration.subscription"
    _description = "Event subscription"
    _inherit = ["mail.thread", "integration.secret.mixin"]
    _check_company_auto = True
    _order = "name, id"
    _secret_fields = {"signing_secret": "signing"}

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    url = fields.Char("Address", required=True, tracking=True)
    event_types = fields.Char(
        "Events",
        required=True,
        default="*",
        tracking=True,
        help="Patterns separated by commas: order.* is everything about orders, * is everything.",
    )
    internal = fields.Boolean(
        "Inside our network",
        tracking=True,
        help="Allows private and loopback addresses, which are refused otherwise.",
    )
    timeout = fields.Integer("Timeout (s)", required=True, default=10)
    owner_id = fields.Many2one(
        "res.users",
        tracking=True,
        default=lambda self: self.env.user,
        help="Is asked when the subscriber no longer takes events.",
    )
    start_at = fields.Selection(
        [("now", "Events from now on"), ("oldest", "All events that are kept")],
        "Begin with",
        required=True,
        default="now",
    )
    signing_secret = fields.Char(
        compute="_compute_secret_display",
        inverse="_inverse_signing_secret",
        copy=False,
        groups=MANAGER,
        help="Signs what we send (Standard Webhooks). The subscriber checks with the same secret.",
    )
    has_secret = fields.Boolean(compute="_compute_has_secret")
    state_ids = fields.One2many("integration.subscription.state", "subscription_id", copy=False)
    status = fields.Selection(related="state_ids.status")
    health = fields.Selection(related="state_ids.health")
    position = fields.Integer(related="state_ids.position")
    behind = fields.Integer(related="state_ids.behind")
    failures = fields.Integer(related="state_ids.failures")
    next_attempt = fields.Datetime(related="state_ids.next_attempt")
    last_success = fields.Datetime(related="state_ids.last_success")
    last_failure = fields.Datetime(related="state_ids.last_failure")
    last_error = fields.Char(related="state_ids.last_error")
    previous_secret_until = fields.Datetime(related="state_ids.previous_secret_until")

    _timeout_range = models.Constraint(
        "CHECK (timeout BETWEEN 1 AND 15)", "The timeout is between 1 and 15 seconds."
    )

    @api.constrains("url")
    def _check_url(self):
        for subscription in self:
            address = subscription.url or ""
            if not address.startswith(("https://", "http://")) or "@" in address.split("/")[2]:
                raise ValidationError(
                    self.env._(
                        "The address of %s must begin with https:// and contain no user name.",
                        subscription.name,
                    )
                )

    @api.constrains("event_types")
    def _check_event_types(self):
        for subscription in self:
            try:
                patterns = event_filter.parse(subscription.event_types)
                wrong = (
                    event_filter.useless(patterns, FACT_TYPES) if patterns else ["\N{EMPTY SET}"]
                )
            except event_filter.PatternError as error:
                wrong = [error.pattern]
            if wrong:
                raise ValidationError(
                    self.env._(
                        "No event is called %(wrong)s. There are: %(known)s",
                        wrong=", ".join(wrong),
                        known=", ".join(FACT_TYPES),
                    )
                )

    def _compute_has_secret(self):
        # sudo: only the presence of a row is read.
        rows = (
            self.env["integration.secret"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("name", "=", "signing"),
                ],
                ["res_id"],
            )
        )
        known = {res_id for [res_id] in rows}
        for subscription in self:
            subscription.has_secret = subscription.id in known

    def _inverse_signing_secret(self):
        for subscription in self:
            entered = subscription.signing_secret
            if not entered or entered == SHOWN:
                continue
            try:
                signature.key_of(entered)
            except signature.SignatureError as error:
                raise ValidationError(
                    self.env._("The signing secret cannot be used: %s", error.reason)
                ) from None
            subscription._replace_secret(entered)

    @api.model_create_multi
    def create(self, vals_list):
        subscriptions = super().create(vals_list)
        head = relay.head(self.env)
        # sudo: the state row belongs to the subscription; managers may create the one, nobody writes the other.
        self.env["integration.subscription.state"].sudo().create(
            [
                {"subscription_id": one.id, "position": head if one.start_at == "now" else 0}
                for one in subscriptions
            ]
        )
        self.env["integration.audit"]._append(
            [one._audit_entry("subscription.created") for one in subscriptions]
        )
        if "oldest" in subscriptions.mapped("start_at"):
            self.env["integration.event.drain"]._wake()
        return subscriptions

    def write(self, vals):
        if "company_id" in vals and any(one.company_id.id != vals["company_id"] for one in self):
            raise UserError(
                self.env._(
                    "A subscription stays with its company; create another for the other company."
                )
            )
        result = super().write(vals)
        self.env["integration.audit"]._append(
            [one._audit_entry("subscription.changed", {"fields": sorted(vals)}) for one in self]
        )
        return result

    @api.ondelete(at_uninstall=False)
    def _audit_deletion(self):
        self.env["integration.audit"]._append(
            [one._audit_entry("subscription.deleted", {"name": one.name}) for one in self]
        )

    def _audit_entry(self, action, detail=None):
        self.ensure_one()
        return {
            "action": action,
            "res_model": self._name,
            "res_id": self.id,
            "company_id": self.company_id.id,
            "detail": detail or {},
        }

    def _replace_secret(self, secret):
        """The former secret signs beside the new one for a day, so that the subscriber can follow."""
        self.ensure_one()
        former = self._secret("signing")
        self._set_secret("signing", secret)
        if former:
            self._set_secret("signing_former", former)
            # sudo: write access to the subscription was checked with its secret.
            self.sudo().state_ids.previous_secret_until = fields.Datetime.now() + FORMER_SECRET
        self.env["integration.audit"]._append([self._audit_entry("subscription.secret_changed")])

    def _signing_secrets(self):
        """{subscription id: the secrets to sign with}; only for services."""
        now = fields.Datetime.now()
        current = self._secrets_by_record("signing")
        changing = self.filtered(lambda one: (one.previous_secret_until or now) > now)
        former = changing._secrets_by_record("signing_former") if changing else {}
        return {
            res_id: (secret, former[res_id]) if res_id in former else (secret,)
            for res_id, secret in current.items()
        }

    # -- buttons -------------------------------------------------------------------------------------

    def action_pause(self):
        self._check_may("operate")
        steer.set_status(self, "paused")

    def action_resume(self):
        self._check_may("operate")
        steer.set_status(self, "running")

    def action_generate_secret(self):
        """Shows the new secret once: afterwards nobody can read it."""
        self.ensure_one()
        self._check_may("configure")
        secret = signature.new_secret(secrets.token_bytes(32))
        self._replace_secret(secret)
        return self._notify(
            self.env._("Give this secret to the subscriber now; it is not shown again: %s", secret),
            "warning",
            sticky=True,
        )

    def action_send_test_event(self):
        self.ensure_one()
        self._check_may("operate")
        call = steer.send_test_event(self)
        if call.error:
            return self._notify(
                self.env._("The test event failed. %s", str(call.error)), "danger", sticky=True
            )
        return self._notify(
            self.env._(
                "The subscriber took the test event: HTTP %(status)s in %(seconds).1f s.",
                status=call.status,
                seconds=call.seconds,
            ),
            "success",
        )

    def action_deliveries(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Deliveries to %s", self.name),
            "res_model": "integration.event.delivery",
            "view_mode": "list,form",
            "domain": [("subscription_id", "=", self.id)],
        }

    def _check_may(self, what):
        """Operators steer, managers configure; record rules keep both to their companies."""
        self.check_access("read")
        if not self.env.user.has_group(MANAGER if what == "configure" else OPERATOR):
            raise AccessError(
                self.env._(
                    "You may look at subscriptions, not steer them. Ask an integration operator."
                )
            )

    def _notify(self, message, kind, sticky=False):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.name,
                "message": message,
                "type": kind,
                "sticky": sticky,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
