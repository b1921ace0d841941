from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.delivery import NEEDS_A_PERSON
from ..services.try_connection import try_connection


class IntegrationEndpoint(models.Model):
    """One partner system we exchange documents with."""

    _name = "integration.endpoint"
    _description = "Integration endpoint"
    _inherit = [
        "mail.thread",
        "integration.http.mixin",
        "integration.files.mixin",
        "integration.mail.mixin",
        "integration.interchange.mixin",
        "integration.proof.mixin",
        "integration.secret.mixin",
        "integration.protection.mixin",
        "integration.onboarding.mixin",
    ]
    _check_company_auto = True
    _order = "name, id"
    _secret_fields = {
        "outbound_secret": "outbound",
        "cxml_secret": "cxml",
    }

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(
        required=True,
        copy=False,
        tracking=True,
        help="Part of the address to which the partner posts: /healthcare/inbound/<code>",
    )
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    environment = fields.Selection(
        [("test", "Test"), ("live", "Live")],
        required=True,
        default="test",
        tracking=True,
        help="A live endpoint never applies a document marked as a test, nor the reverse.",
    )
    transport = fields.Selection(
        [
            ("http", "HTTP(S)"),
            ("folder", "Folder on this server"),
            ("mail", "Mail"),
            ("manual", "By hand"),
        ],
        required=True,
        default="http",
        tracking=True,
    )
    url = fields.Char("Address", tracking=True)
    internal = fields.Boolean(
        "Inside our network",
        tracking=True,
        help="Allows private and loopback addresses, which are refused otherwise.",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Speaks for",
        check_company=True,
        help="The suppliers this endpoint may send documents for. Documents that name another seller "
        "are not applied.",
    )
    owner_id = fields.Many2one(
        "res.users", tracking=True, help="Gets the exceptions that belong to nobody else."
    )
    user_id = fields.Many2one(
        "res.users",
        "Technical user",
        required=True,
        copy=False,
        default=lambda self: self.env.ref(
            "healthcare_procurement_connector.user_integration_technical", raise_if_not_found=False
        ),
        help="Documents of this partner are applied with the rights of this user.",
    )
    outbound_secret = fields.Char(
        "Secret that signs what we send",
        compute="_compute_secret_display",
        inverse="_inverse_outbound_secret",
        copy=False,
        groups="healthcare_procurement_connector.group_integration_manager",
    )
    idempotent = fields.Boolean(
        "Recognises repeats",
        help="The partner honours the idempotency key: an order whose delivery is uncertain is sent "
        "again under the same key. Otherwise a person is asked.",
    )
    timeout = fields.Integer("Timeout (s)", default=20, required=True)
    concurrency = fields.Integer("Calls at a time", default=4, required=True)
    max_attempts = fields.Integer(default=8, required=True)
    max_size = fields.Integer("Largest document (kB)", default=20_000, required=True)
    fallback = fields.Selection(
        [("queue", "Wait until it is back"), ("reroute", "Send to another endpoint")],
        "Its messages",
        required=True,
        default="queue",
        tracking=True,
        help="What happens to orders while this endpoint is down. Only what certainly did not arrive goes "
        "another way.",
    )
    fallback_endpoint_id = fields.Many2one(
        "integration.endpoint",
        "Other endpoint",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Speaks for the same suppliers and has routes for the same documents; it may be one by hand.",
    )
    max_backlog = fields.Integer(
        "Most documents in line",
        default=10_000,
        required=True,
        help="While so many documents of the partner wait to be processed, it is asked to come back later "
        "(503). 0: without limit.",
    )
    duplicate_days = fields.Integer(
        "Same bytes within (days)",
        default=90,
        required=True,
        help="The same bytes under another message id are a duplicate within so many days. 0: not looked for.",
    )
    route_ids = fields.One2many("integration.route", "endpoint_id")
    state_ids = fields.One2many("integration.endpoint.state", "endpoint_id")
    window_ids = fields.One2many("integration.endpoint.window", "endpoint_id", copy=True)
    health = fields.Selection(related="state_ids.health")
    breaker = fields.Selection(related="state_ids.breaker")
    breaker_forced = fields.Selection(related="state_ids.breaker_forced")
    outcomes = fields.Char(related="state_ids.outcomes")
    paused = fields.Boolean(related="state_ids.paused")
    last_success = fields.Datetime(related="state_ids.last_success")
    last_failure = fields.Datetime(related="state_ids.last_failure")
    last_error = fields.Char(related="state_ids.last_error")
    inbound_url = fields.Char("The partner posts to", compute="_compute_inbound_url")
    message_count = fields.Integer(compute="_compute_message_count")
    waiting_count = fields.Integer(compute="_compute_message_count")

    _code_uniq = models.UniqueIndex("(code)", "This code is taken by another endpoint.")
    _limits_positive = models.Constraint(
        "CHECK (timeout BETWEEN 1 AND 55 AND concurrency BETWEEN 1 AND 16 AND max_attempts > 0 "
        "AND max_size > 0)",
        "Timeout (up to 55 s), calls at a time (up to 16), attempts and size must be positive.",
    )

    @api.constrains("code")
    def _check_code(self):
        for endpoint in self:
            if not endpoint.code.replace("-", "").replace("_", "").isalnum():
                raise ValidationError(
                    self.env._(
                        "An endpoint's code has letters, digits, - and _ only: %s", endpoint.code
                    )
                )

    @api.constrains("transport", "url", "active")
    def _check_url(self):
        for endpoint in self.filtered(lambda e: e.active and e.transport == "http"):
            if not (endpoint.url or "").startswith(("https://", "http://")):
                raise ValidationError(
                    self.env._(
                        "Endpoint %s needs an address that starts with https://.", endpoint.name
                    )
                )

    @api.constrains("fallback", "fallback_endpoint_id")
    def _check_fallback(self):
        for endpoint in self.filtered(lambda e: e.fallback == "reroute"):
            if not endpoint.fallback_endpoint_id:
                raise ValidationError(
                    self.env._("Name the endpoint that takes over when %s is down.", endpoint.name)
                )
        if self._has_cycle("fallback_endpoint_id"):
            raise ValidationError(
                self.env._("Endpoints must not take over for each other in a circle.")
            )

    def _compute_inbound_url(self):
        base = self.get_base_url()
        for endpoint in self:
            endpoint.inbound_url = f"{base}/healthcare/inbound/{endpoint.code}"

    def _compute_message_count(self):
        counts = {endpoint.id: {} for endpoint in self}
        for endpoint, state, count in self.env["integration.message"]._read_group(
            [("endpoint_id", "in", self.ids)], ["endpoint_id", "state"], ["__count"]
        ):
            counts[endpoint.id][state] = count
        for endpoint in self:
            by_state = counts.get(endpoint.id, {})
            endpoint.message_count = sum(by_state.values())
            endpoint.waiting_count = sum(by_state.get(state, 0) for state in NEEDS_A_PERSON)

    @api.constrains("user_id", "company_id")
    def _check_user(self):
        for endpoint in self:
            if endpoint.user_id._is_superuser():
                raise ValidationError(
                    self.env._("%s needs a technical user with few rights.", endpoint.name)
                )
            if endpoint.company_id not in endpoint.user_id.company_ids:
                raise ValidationError(
                    self.env._(
                        "The technical user %(user)s may not work in %(company)s.",
                        user=endpoint.user_id.name,
                        company=endpoint.company_id.name,
                    )
                )

    def copy_data(self, default=None):
        """A copy needs a code and a technical user of its own choosing; the secrets stay behind."""
        copies = super().copy_data(default)
        for endpoint, vals in zip(self, copies, strict=True):
            vals.setdefault("user_id", endpoint.user_id.id)
            if "code" not in vals:
                vals["code"] = self.env._("%s-copy", endpoint.code)
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", endpoint.name)
        return copies

    def _inverse_outbound_secret(self):
        self._store_entered_secret("outbound_secret")

    @api.model_create_multi
    def create(self, vals_list):
        endpoints = super().create(vals_list)
        # sudo: the state row belongs to the endpoint; managers may create the one, nobody writes the other.
        rows = [{"endpoint_id": endpoint.id} for endpoint in endpoints]
        self.env["integration.endpoint.state"].sudo().create(rows)
        # sudo: the same of the row that says when its folder was looked into.
        self.env["integration.poll"].sudo().create(rows)
        self.env["integration.lane"]._fit(endpoints)
        return endpoints

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(("concurrency", "idempotent")):
            self.env["integration.lane"]._fit(self)
        return result

    def action_test_connection(self):
        self.ensure_one()
        self.check_access("write")
        result = try_connection(self)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.name,
                "message": result.text,
                "type": "success" if result.ok else "danger",
                "sticky": not result.ok,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_messages(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Messages of %s", self.name),
            "res_model": "integration.message",
            "view_mode": "list,form",
            "domain": [("endpoint_id", "=", self.id)],
        }

    def _technical_env(self):
        """The environment in which this endpoint's documents are prepared and applied."""
        self.ensure_one()
        env = self.env(user=self.user_id, su=False, context={"lang": self.user_id.lang or "en_US"})
        return env["base"].with_company(self.company_id).env
