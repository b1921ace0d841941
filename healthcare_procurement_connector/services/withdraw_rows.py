"""Takes back what suppliers were not told yet."""

from .order_audit import audit, of_rows


def withdraw_rows(rows, knowledge, reason):
    """Cancels the messages of ``rows`` that were never sent, and the calls that were not made."""
    if not rows:
        return
    messages = rows.message_id.browse().union(*(knowledge.unsent_messages(row) for row in rows))
    stop(messages, reason)
    rows.exception_id._resolve(reason)
    forget(rows)
    audit(of_rows(rows, "withdrawn", reason=reason))


def forget(rows):
    """Rows that never counted; their numbers are free at once."""
    rows.write({"state": "withdrawn"})
    rows.flush_recordset(["state"])


def stop(messages, reason):
    """Messages that shall not be sent (again).

    Written at once: a drain that took one of them in the meantime makes this transaction run again, and then it
    sees what became of the message.
    """
    messages.write({"state": "cancelled", "next_attempt": False})
    messages.flush_recordset()
    messages.exception_ids._resolve(reason)
