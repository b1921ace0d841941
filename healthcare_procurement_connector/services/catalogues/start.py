"""Begins a run: the bytes are kept, a job is woken in the same transaction."""

import base64

from ...core.identity import content_hash


def start(env, company, supplier, raw, *, user, name, endpoint=None, message=None, **options):
    """The new run. ``options``: other fields of integration.catalogue."""
    # sudo: runs are closed to writes by hand; who may start one was checked by the caller.
    run = (
        env["integration.catalogue"]
        .sudo()
        .create(
            {
                "name": name,
                "company_id": company.id,
                "partner_id": supplier.id,
                "user_id": user.id,
                "endpoint_id": endpoint.id if endpoint else False,
                "message_id": message.id if message else False,
                "content": base64.b64encode(raw),
                "size": len(raw),
                **options,
            }
        )
        .sudo(False)
    )
    env["integration.audit"]._append(
        [
            {
                "action": "catalogue.started",
                "res_model": run._name,
                "res_id": run.id,
                "company_id": company.id,
                "detail": {"size": len(raw), "sha256": content_hash(raw)},
            }
        ]
    )
    run._wake()
    return run
