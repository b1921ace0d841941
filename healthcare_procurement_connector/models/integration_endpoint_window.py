from datetime import timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.windows import WEEKDAYS, never_opens
from ..services.endpoint_guards import clock, window_value


class IntegrationEndpointWindow(models.Model):
    """When a partner's system must not be called: each week, or once."""

    _name = "integration.endpoint.window"
    _description = "Maintenance window of an endpoint"
    _order = "endpoint_id, kind desc, weekday, hour_from, date_from, id"

    endpoint_id = fields.Many2one(
        "integration.endpoint", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="endpoint_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("weekly", "Each week"), ("once", "Once")], required=True, default="weekly"
    )
    weekday = fields.Selection(
        [(str(number), name) for number, name in enumerate(WEEKDAYS)], default="6"
    )
    hour_from = fields.Float("From (partner's time)", default=22.0)
    hour_to = fields.Float(
        "Until (partner's time)",
        default=6.0,
        help="Not later than the beginning means: on the next day.",
    )
    date_from = fields.Datetime("From (your time)")
    date_to = fields.Datetime("Until (your time)")
    note = fields.Char()

    _complete = models.Constraint(
        "CHECK ((kind = 'weekly' AND weekday IS NOT NULL AND hour_from >= 0 AND hour_from < 24 "
        "AND hour_to >= 0 AND hour_to <= 24) OR (kind = 'once' AND date_from < date_to))",
        "A weekly window needs a weekday and times between 0:00 and 24:00; one that comes once needs a beginning "
        "before its end.",
    )

    @api.constrains("kind", "weekday", "hour_from", "hour_to", "endpoint_id")
    def _check_opens(self):
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        for endpoint in self.endpoint_id:
            windows = [window_value(window) for window in endpoint.window_ids]
            if never_opens(windows, ZoneInfo(endpoint.time_zone), now):
                raise ValidationError(
                    self.env._(
                        "The maintenance windows of %s leave no time to call.", endpoint.name
                    )
                )

    @api.depends("kind", "weekday", "hour_from", "hour_to", "date_from", "date_to")
    def _compute_display_name(self):
        days = dict(self._fields["weekday"]._description_selection(self.env))
        for window in self:
            if window.kind == "weekly":
                window.display_name = (
                    f"{days.get(window.weekday)} {clock(window.hour_from):%H:%M}"
                    f"–{clock(window.hour_to):%H:%M}"
                )
            else:
                window.display_name = f"{window.date_from} – {window.date_to}"
