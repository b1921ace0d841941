"""What a stuck message holds back: the younger ones of its business key, which may not overtake it."""

from odoo.tools import SQL

from ..core.delivery import BLOCKING, DUE, NEEDS_A_PERSON

# What waits its turn; what is stuck itself is counted for itself.
_WAITS = tuple(state for state in DUE["out"] + DUE["in"] if state not in NEEDS_A_PERSON)


def counts(env, message_ids):
    """{message id: how many younger messages wait behind it}, in one query; 0 is left out."""
    if not message_ids:
        return {}
    env["integration.message"].flush_model()
    return dict(
        env.execute_query(SQL("%s GROUP BY head.id", _pairs("head.id, COUNT(*)", message_ids)))
    )


def held_back_ids(env, message_id):
    """The ids of the messages that wait behind one."""
    env["integration.message"].flush_model()
    return [row[0] for row in env.execute_query(_pairs("younger.id", [message_id]))]


def _pairs(columns, message_ids):
    return SQL(
        """
        SELECT %(columns)s
          FROM integration_message head
          JOIN integration_message younger
            ON younger.endpoint_id = head.endpoint_id AND younger.business_key = head.business_key
           AND younger.direction = head.direction AND younger.id > head.id
         WHERE head.id IN %(ids)s AND younger.state IN %(waits)s
           AND (head.direction = 'out' AND head.state IN %(out)s
                OR head.direction = 'in' AND head.state IN %(in)s)
        """,
        columns=SQL(columns),
        ids=tuple(message_ids),
        waits=_WAITS,
        out=BLOCKING["out"],
        **{"in": BLOCKING["in"]},
    )
