"""Turns what was counted into the tiles of the dashboard: a level, words, money, and the list behind it."""

from odoo import fields

from ..core import summary

REASONS = 3
CONNECTOR = "healthcare_procurement_connector."
# The list behind each tile: its action, and the filters that are on when it opens.
LISTS = {
    "messages": (CONNECTOR + "action_integration_message", ["needs_person"]),
    "exceptions": (CONNECTOR + "action_integration_exception", ["open"]),
    "decisions": (CONNECTOR + "action_purchase_acknowledgement", ["pending"]),
    "holds": (
        "healthcare_three_way_match.action_purchase_match_hold",
        ["open", "disputed", "by_bill"],
    ),
    "answers": (CONNECTOR + "action_integration_message", ["answer_overdue"]),
    "shipments": (CONNECTOR + "action_purchase_shipment", ["receipt_overdue"]),
    "subscribers": ("healthcare_event_bus.action_subscription", ["troubled"]),
    "endpoints": (CONNECTOR + "action_integration_endpoint", ["troubled"]),
}


class Tiles:
    def __init__(self, env, now):
        self.env = env
        self.now = now

    def from_waiting(self, key, waiting, titles, notes=(), money_label=None):
        """A tile for what ``services.snapshot`` counted; ``titles``: {cause: label}."""
        situation = summary.Situation(waiting.count, waiting.overdue, self.age(waiting.oldest))
        reasons = [
            {"label": titles.get(cause, cause), "count": count, "money": []}
            for cause, count in summary.largest(waiting.counts, REASONS)
        ]
        return self.tile(
            key,
            waiting.count,
            summary.level(summary.THRESHOLDS[key], situation),
            oldest=waiting.oldest,
            reasons=reasons,
            notes=[note for note in notes if note],
            money=money(waiting.money),
            money_label=money_label,
        )

    def tile(self, key, count, level, **values):
        action, filters = LISTS[key]
        oldest = values.pop("oldest", None)
        return {
            "key": key,
            "title": self.titles()[key],
            "count": count,
            "level": level,
            "level_label": self.level_labels()[level],
            "oldest": fields.Datetime.to_string(oldest) if oldest and count else None,
            "reasons": [],
            "notes": [],
            "money": [],
            "money_label": None,
            "action": {
                "xmlid": action,
                "context": {f"search_default_{name}": 1 for name in filters},
            },
            **values,
        }

    def age(self, oldest):
        return self.now - oldest if oldest else None

    # -- words ---------------------------------------------------------------------------------------

    def titles(self):
        return {
            "messages": self.env._("Documents stopped"),
            "exceptions": self.env._("Exceptions to settle"),
            "decisions": self.env._("Answers to decide"),
            "holds": self.env._("Bills held"),
            "answers": self.env._("Orders without an answer"),
            "shipments": self.env._("Shipments overdue"),
            "subscribers": self.env._("Subscribers not told"),
            "endpoints": self.env._("Connections failing"),
        }

    def level_labels(self):
        return {
            summary.OK: self.env._("Fine"),
            summary.WARNING: self.env._("Attention"),
            summary.CRITICAL: self.env._("Critical"),
        }


def money(pairs):
    """Sums per currency, as the client takes them."""
    return [
        {"currency_id": currency_id, "amount": float(amount)}
        for currency_id, amount in summary.add_up(pairs).items()
    ]
