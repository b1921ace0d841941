"""What the dialogs of operators have in common."""

MODELS = ("integration.message", "integration.stuck")


def chosen_messages(env):
    """The messages that are ticked in the list, or open in the form, the dialog was called from."""
    context = env.context
    messages = env["integration.message"]
    # A stuck message and its message have the same id.
    return messages.browse(
        context.get("active_ids", []) if context.get("active_model") in MODELS else []
    )


def again(wizard):
    """Shows the same dialog again, with what was filled in."""
    return {
        "type": "ir.actions.act_window",
        "name": wizard.env["ir.model"]._get(wizard._name).name,
        "res_model": wizard._name,
        "res_id": wizard.id,
        "view_mode": "form",
        "target": "new",
    }


def done(env, text, warning=""):
    """Closes the dialog and says what was done; ``warning`` stays until somebody has read it."""
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "message": f"{text}\n{warning}".strip(),
            "type": "warning" if warning else "success",
            "sticky": bool(warning),
            "next": {"type": "ir.actions.act_window_close"},
        },
    }
