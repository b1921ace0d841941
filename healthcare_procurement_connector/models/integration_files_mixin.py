from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..core.exceptions import PermanentError
from ..services.connections import KINDS
from ..transports.files import Folders, parts_of

OPERATOR = "healthcare_procurement_connector.group_integration_operator"
FOLDER_FIELDS = ("folder_out", "folder_pending", "folder_done", "folder_error")


class IntegrationFilesMixin(models.AbstractModel):
    """Folders through which an endpoint exchanges files: on a disk of this server, or on another server."""

    _name = "integration.files.mixin"
    _description = "Folders of an endpoint"

    folder = fields.Char(
        tracking=True,
        help="Below the folder that this server's administrator set, or where the partner's server lets us in. "
        "Empty: on this server the endpoint's code.",
    )
    folder_out = fields.Char("Our documents", required=True, default="out")
    folder_pending = fields.Char("The partner's documents", required=True, default="in")
    folder_done = fields.Char("Taken ones go to", required=True, default="done")
    folder_error = fields.Char("Refused ones go to", required=True, default="error")
    completeness = fields.Selection(
        [
            ("stable", "It did not change between two looks"),
            ("marker", "A file with .done after its name says so"),
        ],
        "A file is complete when",
        required=True,
        default="stable",
    )
    poll = fields.Boolean("Fetch documents", default=True, tracking=True)
    poll_minutes = fields.Integer("Every (minutes)", required=True, default=5)
    poll_files = fields.Integer("Files at a time", required=True, default=100)
    is_collected = fields.Boolean(compute="_compute_is_collected")
    poll_ids = fields.One2many("integration.poll", "endpoint_id")
    last_poll = fields.Datetime("Looked last", related="poll_ids.last_poll")
    poll_error = fields.Char("Last poll failed", related="poll_ids.last_error")
    poll_taken = fields.Integer(related="poll_ids.taken_total")
    poll_unfinished = fields.Integer(related="poll_ids.unfinished")

    @api.depends("transport")
    def _compute_is_collected(self):
        for endpoint in self:
            kind = KINDS.get(endpoint.transport)
            endpoint.is_collected = bool(kind and kind.collector)

    @api.constrains("poll_minutes", "poll_files")
    def _check_poll(self):
        for endpoint in self:
            if not (1 <= endpoint.poll_minutes <= 1440 and 1 <= endpoint.poll_files <= 1000):
                raise ValidationError(
                    self.env._(
                        "%s: documents are fetched each minute to once a day, at most 1000 at a time.",
                        endpoint.name,
                    )
                )

    @api.constrains("folder", "code", "transport", *FOLDER_FIELDS)
    def _check_folders(self):
        for endpoint in self:
            paths = [endpoint[name] for name in FOLDER_FIELDS]
            try:
                for path in (endpoint._folder_path().strip("/"), *paths):
                    parts_of(path)
            except PermanentError as error:
                raise ValidationError(
                    self.env._("%(endpoint)s: %(fault)s", endpoint=endpoint.name, fault=error)
                ) from None
            if len(set(paths)) < len(paths):
                raise ValidationError(
                    self.env._("%s: each kind of file needs a folder of its own.", endpoint.name)
                )

    @api.constrains("folder", "code", "transport", "active")
    def _check_folder_is_free(self):
        """Nobody reads what another endpoint's partner put down, whatever company it belongs to."""
        mine = self.filtered(lambda endpoint: endpoint.transport == "folder" and endpoint.active)
        if not mine:
            return
        # sudo: another company's endpoint is not shown, its folder is protected all the same.
        others = self.sudo().search([("transport", "=", "folder")])
        for endpoint in mine:
            path = endpoint._folder_path().split("/")
            for other in others - endpoint.sudo():
                there = other._folder_path().split("/")
                if path[: len(there)] == there or there[: len(path)] == path:
                    raise ValidationError(
                        self.env._("%s: this folder belongs to another endpoint.", endpoint.name)
                    )

    def _folder_path(self):
        """On this server relative to its root; elsewhere as the other server understands it."""
        self.ensure_one()
        if self.transport == "folder":
            return (self.folder or self.code).strip("/")
        return (self.folder or "").rstrip("/")

    def _folders(self):
        """The four folders as transports know them."""
        self.ensure_one()
        return Folders(self.folder_out, self.folder_pending, self.folder_done, self.folder_error)

    def action_poll_now(self):
        """Looks into the folder in a moment, whenever its turn would be."""
        self.ensure_one()
        if not self.env.user.has_group(OPERATOR):
            raise AccessError(self.env._("Only integration operators may do this."))
        if not self.is_collected or not self.active:
            raise UserError(self.env._("Nothing is fetched from %s.", self.name))
        # sudo: polls are closed to writes and crons to users; the right was checked above.
        self.sudo().poll_ids.next_poll = fields.Datetime.now()
        self.env.ref("healthcare_procurement_connector.cron_poll").sudo()._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.name,
                "message": self.env._("Its folder is looked into in a moment."),
                "type": "info",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
