from odoo import fields, models

from ..core.delivery import LABELS
from ..core.stuck import CAUSES


class IntegrationReplayLine(models.TransientModel):
    """How many messages stopped for one cause, and whether they are replayed."""

    _name = "integration.replay.line"
    _description = "Cause in a replay"

    replay_id = fields.Many2one("integration.replay", required=True, ondelete="cascade")
    selected = fields.Boolean("Take")
    direction = fields.Selection([("out", "Out"), ("in", "In")], "Way", required=True)
    state = fields.Selection(list(LABELS.items()), required=True)
    cause = fields.Selection([(code, cause.title) for code, cause in CAUSES.items()], required=True)
    count = fields.Integer("Messages")
    doubtful = fields.Boolean(
        "May order twice",
        help="The supplier may have them already, and does not recognise repeats: ask first.",
    )
