"""Composes the answer that the dashboard shows: see ``integration.dashboard`` for its shape."""

from odoo import fields

from odoo.addons.healthcare_procurement_connector.core.delivery import NEEDS_A_PERSON

from ..core import summary
from .snapshot import DAYS, Snapshot
from .tiles import Tiles, money

WENT_THROUGH = ("sent", "acknowledged", "exported", "processed")


class Dashboard:
    def __init__(self, env):
        self.env = env
        self.snapshot = Snapshot(env)
        self.tiles = Tiles(env, self.snapshot.now)

    def data(self):
        holds = self.snapshot.holds()
        days = self.snapshot.days()
        endpoints, rolling = self._endpoints()
        tiles = [
            self._messages(),
            self._exceptions(),
            self._decisions(),
            *([self._holds(holds)] if holds else []),
            self._answers(),
            self._shipments(),
            self._subscribers(),
            self._connections(endpoints),
        ]
        return {
            "updated_at": fields.Datetime.to_string(self.snapshot.now),
            "level": summary.worst(tile["level"] for tile in tiles),
            "waiting": sum(tile["count"] for tile in tiles),
            "today": self._today(days),
            "rolling": rolling,
            "tiles": tiles,
            "endpoints": endpoints,
            "series": self._series(days),
            "exceptions": self._urgent(),
        }

    # -- tiles ---------------------------------------------------------------------------------------

    def _messages(self):
        return self.tiles.from_waiting(
            "messages",
            self.snapshot.messages(),
            self._labels("integration.message", "state"),
            money_label=self.env._("in orders that did not go out"),
        )

    def _exceptions(self):
        found = self.snapshot.exceptions()
        notes = [
            found.overdue and self.env._("%s overdue", found.overdue),
            found.mine and self.env._("%s mine", found.mine),
        ]
        titles = self._labels("integration.exception", "code")
        return self.tiles.from_waiting("exceptions", found, titles, notes)

    def _decisions(self):
        return self.tiles.from_waiting(
            "decisions",
            self.snapshot.decisions(),
            self._labels("purchase.acknowledgement.line", "status"),
            money_label=self.env._("in orders that wait for a buyer"),
        )

    def _holds(self, found):
        findings = found.count
        found.subjects = found.bills
        notes = [
            findings and self.env._("%s findings", findings),
            found.overdue and self.env._("%s overdue", found.overdue),
            found.disputed and self.env._("%s disputed", found.disputed),
        ]
        titles = self._labels("purchase.match.hold", "code")
        tile = self.tiles.from_waiting(
            "holds", found, titles, notes, self.env._("at stake, without tax")
        )
        by_title = {titles[code]: money(pairs) for code, pairs in found.by_code.items()}
        for reason in tile["reasons"]:
            reason["money"] = by_title[reason["label"]]
        return tile

    def _answers(self):
        label = self.env._("in orders nobody has confirmed")
        return self.tiles.from_waiting("answers", self.snapshot.answers(), {}, (), label)

    def _shipments(self):
        label = self.env._("in goods not received")
        return self.tiles.from_waiting("shipments", self.snapshot.shipments(), {}, (), label)

    def _subscribers(self):
        relay = self.snapshot.relay()
        states = self.snapshot.subscriptions()
        levels = {
            state: summary.subscription_level(state.status, state.failures) for state in states
        }
        troubled = [state for state, level in levels.items() if level != summary.OK]
        labels = self._labels("integration.subscription.state", "status")
        labels["running"] = self.env._("Failing at times")
        counts = {}
        for state in troubled:
            counts[state.status] = counts.get(state.status, 0) + 1
        relay_level = summary.level(
            summary.RELAY, summary.Situation(relay.count, age=self.tiles.age(relay.oldest))
        )
        notes = [relay.count and self.env._("%s events not passed on yet", relay.count)]
        return self.tiles.tile(
            "subscribers",
            len(troubled),
            summary.worst([relay_level, *levels.values()]),
            reasons=[
                {"label": labels[status], "count": count, "money": []}
                for status, count in summary.largest(counts, len(counts))
            ],
            notes=[note for note in notes if note],
        )

    def _connections(self, endpoints):
        troubled = [row for row in endpoints if row["level"] != summary.OK]
        return self.tiles.tile(
            "endpoints",
            len(troubled),
            summary.worst(row["level"] for row in endpoints),
            reasons=[
                {"label": f"{row['name']}: {row['health_label']}", "count": None, "money": []}
                for row in troubled[:3]
            ],
        )

    # -- the rest ------------------------------------------------------------------------------------

    def _endpoints(self):
        endpoints, stopped, traffic = self.snapshot.endpoints()
        health = self._labels("integration.endpoint.state", "health")
        level_labels = self.tiles.level_labels()
        rows = []
        for endpoint in endpoints:
            state = endpoint.state_ids[:1]
            level = summary.ENDPOINT_LEVELS.get(state.health, summary.OK)
            rows.append(
                {
                    "id": endpoint.id,
                    "name": endpoint.name,
                    "environment": endpoint.environment,
                    "health": state.health,
                    "health_label": health.get(state.health, ""),
                    "level": level,
                    "level_label": level_labels[level],
                    "last_success": _text(state.last_success),
                    "last_failure": _text(state.last_failure),
                    "last_error": state.last_error if state.failures else None,
                    "stopped": stopped.get(endpoint, 0),
                    "in": traffic.get((endpoint, "in"), 0),
                    "out": traffic.get((endpoint, "out"), 0),
                }
            )
        rows.sort(
            key=lambda row: (-summary.LEVELS.index(row["level"]), -row["stopped"], row["name"])
        )
        rolling = {"in": 0, "out": 0}
        for (_endpoint, direction), count in traffic.items():
            rolling[direction] += count
        return rows, rolling

    def _today(self, days):
        today = {"in": 0, "out": 0, "stopped": 0}
        for (day, direction, state), count in days.items():
            if day == self.snapshot.today and state in WENT_THROUGH:
                today[direction] += count
            elif day == self.snapshot.today and state in NEEDS_A_PERSON:
                today["stopped"] += count
        return today

    def _series(self, days):
        counts = {}
        for (day, direction, state), count in days.items():
            key = day, "stopped" if state in NEEDS_A_PERSON else direction
            counts[key] = counts.get(key, 0) + count
        axis, rows = summary.series(counts, ("in", "out", "stopped"), self.snapshot.today, DAYS)
        return {"days": [fields.Date.to_string(day) for day in axis], **rows}

    def _urgent(self):
        titles = self._labels("integration.exception", "code")
        now = self.snapshot.now
        rows = self.snapshot.urgent_exceptions()
        # sudo: the names of suppliers and colleagues on exceptions the person may read, as any list shows them.
        partners, owners = rows.partner_id.sudo(), rows.user_id.sudo()
        names = {record: record.display_name for people in (partners, owners) for record in people}
        return [
            {
                "id": row.id,
                "cause": titles.get(row.code, row.code),
                "summary": row.summary,
                "partner": names.get(row.partner_id),
                "owner": names.get(row.user_id),
                "mine": row.user_id.id == self.env.uid,
                "business_ref": row.business_ref or None,
                "date_due": _text(row.date_due),
                "overdue": bool(row.date_due) and row.date_due < now,
            }
            for row in rows
        ]

    def _labels(self, model, name):
        return dict(self.env[model]._fields[name]._description_selection(self.env))


def _text(moment):
    return fields.Datetime.to_string(moment) if moment else None
