from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..services import acts, rehearse, replay, replay_scope
from .chosen import again, chosen_messages, done

PREVIEWED = 5


class IntegrationReplay(models.TransientModel):
    """Messages that go through again under their own id: which, why they stopped, and what would be sent."""

    _name = "integration.replay"
    _description = "Replay messages"

    scope = fields.Selection(
        [("chosen", "The chosen messages"), ("window", "All of an endpoint in a time window")],
        required=True,
        default="window",
    )
    message_ids = fields.Many2many("integration.message", readonly=True)
    endpoint_id = fields.Many2one("integration.endpoint")
    direction = fields.Selection([("out", "Out"), ("in", "In")], "Way")
    date_from = fields.Datetime("Created from")
    date_to = fields.Datetime("until")
    line_ids = fields.One2many("integration.replay.line", "replay_id", "By cause")
    rehearsal_ids = fields.One2many("integration.rehearsal", "replay_id", "Preview", readonly=True)
    count = fields.Integer("To replay", compute="_compute_count")
    at_limit = fields.Boolean(compute="_compute_count")

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        chosen = chosen_messages(self.env)
        if chosen:
            defaults |= {"scope": "chosen", "message_ids": [Command.set(chosen.ids)]}
            defaults["line_ids"] = _lines(chosen)
        return defaults

    @api.onchange("scope", "endpoint_id", "direction", "date_from", "date_to")
    def _onchange_scope(self):
        self.line_ids = [Command.clear(), *_lines(self._in_scope())]

    @api.depends("line_ids.count", "line_ids.selected")
    def _compute_count(self):
        for wizard in self:
            counted = wizard.line_ids.filtered("selected").mapped("count")
            wizard.count = sum(counted)
            wizard.at_limit = sum(wizard.line_ids.mapped("count")) >= replay_scope.LIMIT

    def _in_scope(self):
        if self.scope == "chosen":
            return self.message_ids._origin
        if not self.endpoint_id:
            return self.env["integration.message"]
        return replay_scope.in_window(
            self.env, self.endpoint_id, self.date_from, self.date_to, self.direction
        )

    def _selected(self):
        """The messages of the causes that are ticked, as they are by now."""
        ticked = {
            (line.direction, line.state, line.cause) for line in self.line_ids.filtered("selected")
        }
        messages = self.env["integration.message"]
        for group in replay_scope.groups(self._in_scope()):
            if (group.direction, group.state, group.cause) in ticked:
                messages |= group.messages
        return messages.sorted("id")

    def action_preview(self):
        """Shows what would become of the first messages; nothing of it stays."""
        self.ensure_one()
        first = self._selected()[:PREVIEWED]
        acts.check_operator(first)
        rehearsals = rehearse.rehearse(first)
        self.rehearsal_ids.unlink()
        self.env["integration.rehearsal"]._show(rehearsals, replay_id=self.id)
        return again(self)

    def action_replay(self):
        """Replays what can be, and says what cannot and why."""
        self.ensure_one()
        messages = self._selected()
        acts.check_operator(messages)
        refused = replay.refusals(messages)
        fit = messages.filtered(lambda message: message not in refused)
        if not fit:
            raise UserError(
                "\n".join(list(refused.values())[: acts.NAMED])
                or self.env._("There is nothing to replay.")
            )
        replay.replay(fit)
        return done(
            self.env,
            self.env._("%s messages go through again.", len(fit)),
            "\n".join(list(refused.values())[: acts.NAMED]),
        )


def _lines(messages):
    return [
        Command.create(
            {
                "direction": group.direction,
                "state": group.state,
                "cause": group.cause,
                "count": len(group.messages),
                "doubtful": group.doubtful,
                "selected": not group.doubtful,
            }
        )
        for group in replay_scope.groups(messages)
    ]
