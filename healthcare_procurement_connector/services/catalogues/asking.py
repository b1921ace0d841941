"""Asks the buyer about a catalogue that came by itself, and settles the question when he decided."""


def ask_to_decide(run):
    """Whoever uploaded a catalogue looks at it anyway."""
    if run.message_id:
        env = run.env
        summary = env._(
            "Catalogue %(number)s of %(supplier)s: %(new)s new, %(changed)s changed, %(withdrawn)s withdrawn, "
            "%(jumps)s price jumps, %(unknown)s unknown.",
            number=run.number,
            supplier=run.partner_id.name,
            new=run.new_count,
            changed=run.changed_count,
            withdrawn=run.withdrawn_count,
            jumps=run.jump_count,
            unknown=run.unknown_count + run.bad_count,
        )
        _raise(run, "catalogue", summary)


def ask_about_failure(run, code):
    if run.message_id:
        known = "wrong_supplier" if code == "wrong_supplier" else "unreadable"
        summary = run.env._(
            "Catalogue %(number)s of %(supplier)s: %(reason)s",
            number=run.name,
            supplier=run.partner_id.name,
            reason=run.error,
        )
        _raise(run, known, summary)


def settle(run, reason):
    # sudo: whoever decides on the catalogue may settle the question about it.
    found = (
        run.env["integration.exception"]
        .sudo()
        .search([("res_model", "=", run._name), ("res_id", "=", run.id), ("state", "=", "open")])
    )
    found.sudo(False)._resolve(reason)


def _raise(run, code, summary):
    run.env["integration.exception"]._raise(
        [
            {
                "code": code,
                "summary": summary,
                "message_id": run.message_id.id,
                "company_id": run.company_id.id,
                "partner_id": run.partner_id.id,
                "res_model": run._name,
                "res_id": run.id,
                "user_id": run.user_id.id,
            }
        ]
    )
