import base64

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.file_parts import safe_name
from ..services import endpoint_files

SHOWN = 200


class IntegrationEndpointFile(models.TransientModel):
    """An endpoint with its routes and mappings, from or to another database."""

    _name = "integration.endpoint.file"
    _description = "Endpoint as a file"

    endpoint_id = fields.Many2one("integration.endpoint", readonly=True)
    export = fields.Binary("File", readonly=True, attachment=False)
    export_name = fields.Char(readonly=True)
    file = fields.Binary("File of an endpoint", attachment=False)
    file_name = fields.Char()
    neutralized = fields.Boolean(default=lambda self: endpoint_files.is_neutralized(self.env))
    with_addresses = fields.Boolean(
        "Take the addresses too",
        default=lambda self: not endpoint_files.is_neutralized(self.env),
        help="Where calls go. In a copied database that talks to nobody they are left out, unless you want them.",
    )
    step_text = fields.Html("What it would do", readonly=True, sanitize=False)
    problems = fields.Text(readonly=True)

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        endpoint = self.env["integration.endpoint"].browse(defaults.get("endpoint_id"))
        if endpoint:
            defaults["export"] = base64.b64encode(endpoint_files.export_endpoint(endpoint))
            defaults["export_name"] = f"endpoint-{safe_name(endpoint.code)}.json"
        return defaults

    @api.onchange("file", "with_addresses")
    def _onchange_file(self):
        """The dry run: what it would create and change, each time that something is chosen."""
        self.problems = self.step_text = False
        if not self.file:
            return
        made = endpoint_files.plan(self.env, base64.b64decode(self.file), self.with_addresses)
        if made.problems:
            self.problems = endpoint_files.problems_text(self.env, made.problems)
        else:
            self.step_text = self._steps(made.steps)

    def _steps(self, steps):
        verbs = {
            "create": (self.env._("new"), "text-bg-success"),
            "change": (self.env._("changed"), "text-bg-warning"),
            "draft": (self.env._("draft to approve"), "text-bg-info"),
            "leave_out": (self.env._("left out"), "text-bg-secondary"),
        }
        if not steps:
            return Markup("<p>%s</p>") % self.env._("Nothing differs. It would be paused.")
        line = Markup(
            "<tr><td><span class='badge %s'>%s</span></td><td>%s</td><td>%s</td><td>%s</td></tr>"
        )
        rows = Markup().join(
            line % (verbs[verb][1], verbs[verb][0], what, _shown(before), _shown(after))
            for verb, what, before, after in steps[:SHOWN]
        )
        return Markup("<table class='table table-sm'><tbody>%s</tbody></table>") % rows

    def action_import(self):
        """Does what was shown, all or nothing."""
        self.ensure_one()
        if not self.file:
            raise UserError(self.env._("Choose a file first."))
        raw = base64.b64decode(self.with_context(bin_size=False).file)
        endpoint, _drafts = endpoint_files.load(self.env, raw, self.with_addresses)
        return {
            "type": "ir.actions.act_window",
            "res_model": "integration.endpoint",
            "res_id": endpoint.id,
            "view_mode": "form",
        }


def _shown(value):
    return "" if value in (None, False) else str(value)[:120]
