from odoo import api, models
from odoo.exceptions import AccessError

from ..services.dashboard import Dashboard


class IntegrationDashboard(models.AbstractModel):
    """What the dashboard shows, for the companies and with the rights of whoever asks."""

    _name = "integration.dashboard"
    _description = "Integration dashboard"

    @api.model
    @api.readonly
    def get_data(self):
        """Everything the dashboard shows, as plain values; a constant number of queries.

        Moments are UTC texts (``2026-03-01 08:30:00``), a ``level`` is ok, warning or critical, ``money`` is a
        list of ``{"currency_id", "amount"}`` in company currencies::

            {
                "updated_at": moment,
                "level": the worst of the tiles',
                "waiting": the sum of the tiles' counts,
                "today": {"in", "out", "stopped"},      documents that went through, or stopped, today
                "rolling": {"in", "out"},               documents of the last 24 hours
                "tiles": [{
                    "key": messages | exceptions | decisions | holds | answers | shipments | subscribers
                           | endpoints,
                    "title", "count", "level", "level_label", "oldest": moment or None,
                    "reasons": [{"label", "count" or None, "money"}],   the most frequent causes
                    "notes": [text], "money", "money_label",
                    "action": {"xmlid", "context"},                     the list behind the number
                }],
                "endpoints": [{
                    "id", "name", "environment", "health", "health_label", "level", "level_label",
                    "last_success", "last_failure", "last_error", "stopped", "in", "out",
                }],
                "series": {"days": [date], "in": [n], "out": [n], "stopped": [n]},     14 days
                "exceptions": [{
                    "id", "cause", "summary", "partner", "owner", "mine", "business_ref", "date_due", "overdue",
                }],                                                     the ten that are due first
            }

        The tile of the holds is absent for people who may not read holds.
        """
        if not self.env.user.has_group("healthcare_procurement_connector.group_integration_user"):
            raise AccessError(
                self.env._(
                    "The dashboard is for integration users. Ask an administrator for access."
                )
            )
        return Dashboard(self.env).data()
