from datetime import timedelta
from zoneinfo import ZoneInfo

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.backoff import DEFAULT_SCHEDULE, ScheduleError, parse_schedule
from ..core.cutoff import CutoffError, parse_cutoffs
from ..services import protection, steer_endpoint

# What people see of the reasons why no call is made; all others are a matter of time.
CALLS = {"archived": "stopped", "paused": "paused", "forced_open": "stopped", "open": "stopped"}


class IntegrationProtectionMixin(models.AbstractModel):
    """How an endpoint protects the partner from us, and us from the partner: settings and the acts of operators.

    What changes while it works is on ``integration.endpoint.state``; the rules are ``core/protection.py``.
    """

    _name = "integration.protection.mixin"
    _description = "Protection of an endpoint"

    retry_schedule = fields.Char(
        "Waits between attempts",
        required=True,
        default=DEFAULT_SCHEDULE,
        tracking=True,
        help="How long each wait lasts at most, such as 30s, 5m, 2h. The last one repeats; each wait is a "
        "random part of it. A partner that says when to come back is given that time.",
    )
    breaker_window = fields.Integer("Calls looked at", required=True, default=20)
    breaker_minimum = fields.Integer("After at least", required=True, default=5)
    breaker_threshold = fields.Integer(
        "Stops at failures (%)",
        required=True,
        default=50,
        tracking=True,
        help="Calls stop when this many of the last ones got no answer. An answer that refuses a document counts "
        "as an answer.",
    )
    breaker_wait = fields.Integer("First wait (s)", required=True, default=60)
    breaker_longest_wait = fields.Integer("Longest wait (s)", required=True, default=1800)
    breaker_probes = fields.Integer(
        "Probes",
        required=True,
        default=1,
        help="That many calls are let through after the wait. When they are answered, all go again; else the "
        "wait doubles.",
    )
    calls_per_minute = fields.Integer(
        "Calls a minute", default=0, required=True, tracking=True, help="0: no limit."
    )
    burst = fields.Integer(
        "At once",
        default=10,
        required=True,
        help="How many calls may go at once after a quiet time.",
    )
    time_zone = fields.Selection(
        lambda self: [(name, name) for name in pytz.common_timezones],
        required=True,
        default=lambda self: self.env.company.partner_id.tz or self.env.user.tz or "UTC",
        help="Of the partner: its maintenance windows and cut-off times are in it.",
    )
    cutoff = fields.Char(
        "Order cut-off",
        help="Until when an order must arrive to be picked on that day, such as: Mon-Fri 16:30, Sat 10:00",
    )
    cutoff_notice = fields.Integer(
        "Warn before (min)",
        default=60,
        required=True,
        help="The buyer of an order that is still not sent this long before the cut-off is asked to phone.",
    )
    calls = fields.Selection(
        [
            ("through", "Go through"),
            ("waiting", "Wait"),
            ("stopped", "Stopped"),
            ("paused", "Paused"),
        ],
        compute="_compute_closed",
    )
    closed_reason = fields.Char("Why no calls are made", compute="_compute_closed")
    closed_until = fields.Datetime(compute="_compute_closed")

    _breaker_sensible = models.Constraint(
        "CHECK (breaker_window BETWEEN 1 AND 100 AND breaker_minimum BETWEEN 1 AND breaker_window "
        "AND breaker_threshold BETWEEN 1 AND 100 AND breaker_probes BETWEEN 1 AND 3 "
        "AND breaker_wait > 0 AND breaker_longest_wait BETWEEN breaker_wait AND 86400)",
        "The breaker looks at 1 to 100 calls and waits for at least one and at most that many; failures are 1 to "
        "100 %; 1 to 3 probes; the longest wait is not shorter than the first and at most a day (86400 s).",
    )
    _rate_sensible = models.Constraint(
        "CHECK (calls_per_minute >= 0 AND burst > 0 AND cutoff_notice BETWEEN 0 AND 1440)",
        "Calls per minute must be 0 (no limit) or more, calls at once 1 or more, the warning before a cut-off "
        "0 to 1440 minutes.",
    )

    @api.depends_context("uid", "tz", "lang")
    def _compute_closed(self):
        now = fields.Datetime.now()
        closed = protection.closed_until(self.env, self._origin, now)
        for endpoint in self:
            why = closed.get(endpoint._origin.id)
            endpoint.calls = CALLS.get(why.reason, "waiting") if why else "through"
            endpoint.closed_reason = why and why.text
            endpoint.closed_until = why and why.until

    @api.constrains("retry_schedule")
    def _check_retry_schedule(self):
        for endpoint in self:
            try:
                parse_schedule(endpoint.retry_schedule)
            except ScheduleError as error:
                raise ValidationError(self._schedule_problem(error)) from error

    def _schedule_problem(self, error):
        problems = {
            "unreadable": self.env._("%s is not a time; write 30s, 5m or 2h.", error.part),
            "empty": self.env._("Write at least one wait, such as 30s, and one between commas."),
            "too_long": self.env._("%s is longer than a day.", error.part),
            "shorter": self.env._("%s is shorter than the wait before it.", error.part),
            "too_many": self.env._("At most 20 waits; the last one repeats."),
        }
        return self.env._("Waits between attempts: %s", problems[error.code])

    @api.constrains("cutoff")
    def _check_cutoff(self):
        for endpoint in self:
            try:
                parse_cutoffs(endpoint.cutoff or "")
            except CutoffError as error:
                raise ValidationError(
                    self.env._(
                        "%s is not a cut-off time; write each weekday once, such as: Mon-Fri 16:30, Sat 10:00",
                        error.part,
                    )
                ) from error

    def _zone(self):
        self.ensure_one()
        return ZoneInfo(self.time_zone)

    def _cutoff_notice(self):
        self.ensure_one()
        return timedelta(minutes=self.cutoff_notice)

    def action_resume(self):
        steer_endpoint.resume(self)

    def action_force_open(self):
        steer_endpoint.force_breaker(self, "open")

    def action_force_closed(self):
        steer_endpoint.force_breaker(self, "closed")

    def action_breaker_automatic(self):
        steer_endpoint.force_breaker(self, None)
