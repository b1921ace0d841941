"""What the gates build on is written by the services of the match alone, whoever asks, the superuser included."""

from odoo.exceptions import AccessError


class OwnWrite:
    """Says that a write comes from a service of the match.

    It travels in the context as an object: nothing that comes over RPC, and no code that people type into a
    server action, can be one.
    """

    KEY = "healthcare_three_way_match_own_write"


def own(records):
    """The records, to be written by a service."""
    return records.with_context(**{OwnWrite.KEY: OwnWrite()})


def check_own(records):
    """Refuses what does not come from a service."""
    if not isinstance(records.env.context.get(OwnWrite.KEY), OwnWrite):
        raise AccessError(
            records.env._(
                "%s are kept by the match itself. Release or dispute a hold, or compare again.",
                records._description,
            )
        )
