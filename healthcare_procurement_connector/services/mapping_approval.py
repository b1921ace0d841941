"""Four eyes on mappings: a draft becomes active when somebody approves it who did not edit it.

The one exception is a company's own choice (``mapping_self_approval``): an approver's additions for codes that
meant nothing before. Nothing that can be translated changes by them.
"""

from odoo import fields
from odoo.exceptions import AccessError, UserError

from ..core.mapping import contradictions
from ..core.mapping_changes import only_adds
from . import mapping_versions
from .mapping_samples import samples_of, translation
from .mapping_waiting import replay_waiting
from .mappings import Mappings, MappingTables, rows_of

APPROVER = "healthcare_procurement_connector.group_integration_mapping_approver"
# Rows that the audit record names; how many there were it always says.
AUDITED = 200


def ask(draft):
    """Says that the draft is ready for approval; whoever may edit it may ask."""
    draft.ensure_one()
    draft.check_access("write")
    mark_asked(draft)


def mark_asked(draft):
    # sudo: who asked is closed to writes by hand.
    draft.sudo().write({"asked_by_id": draft.env.uid, "asked_on": fields.Datetime.now()})
    draft.sudo().message_post(body=draft.env._("Approval asked for by %s.", draft.env.user.name))


def approve(draft, date_from=None, reason=None, seen=None):
    """Makes the draft active from a day on, and today replays what waited for it; returns these messages.

    ``seen``: the fingerprint of what the approver has looked at. AccessError or UserError where it may not be.
    """
    draft.ensure_one()
    env = draft.env
    date_from = date_from or fields.Date.today()
    changes = mapping_versions.changes(draft)
    _check(draft, changes, date_from, seen)
    last = draft.origin_id
    # sudo: an approved version is closed to writes; who may approve it was checked above.
    if last:
        last.sudo().write({"date_to": date_from})
        last.flush_recordset()
    draft.sudo().write(
        {
            "state": "approved",
            "version": last.version + 1 if last else 1,
            "date_from": date_from if last or date_from > fields.Date.today() else False,
            "approved_by_id": env.uid,
            "approved_on": fields.Datetime.now(),
            "reason": reason,
        }
    )
    draft.flush_recordset()
    _keep_samples(draft)
    _audit(draft, changes, reason)
    if date_from > fields.Date.today():
        return env["integration.message"]
    return replay_waiting(draft)


def may_approve(draft):
    """Why the acting user may not approve the draft, in words, or None."""
    return _who(draft, mapping_versions.changes(draft))


def _check(draft, changes, date_from, seen):
    env = draft.env
    if not env.user.has_group(APPROVER):
        raise AccessError(env._("Only approvers of mappings may do this."))
    draft.check_access("read")
    last = draft.origin_id
    refusal = None
    if draft.state != "draft":
        refusal = env._("%s was approved already.", draft.display_name)
    elif draft.outdated:
        refusal = env._(
            "Another version of %s became active meanwhile. Bring the draft up to date first.",
            draft.name,
        )
    elif date_from < fields.Date.today() or (last.date_from and date_from < last.date_from):
        refusal = env._("It can hold from today on, and not before the version that it follows.")
    elif seen is not None and seen != mapping_versions.fingerprint(draft):
        refusal = env._("The draft was edited since you looked at it. Look again.")
    elif last and not changes:
        refusal = env._("The draft changes nothing.")
    refusal = refusal or _who(draft, changes) or _contradictions(draft)
    if refusal:
        raise UserError(refusal)


def _who(draft, changes):
    env = draft.env
    if not env.user.has_group(APPROVER):
        return env._("Only approvers of mappings may approve.")
    if env.user not in draft.editor_ids:
        return None
    # sudo: the company's policy, whoever asks.
    if draft.sudo().company_id.mapping_self_approval and only_adds(changes, in_force(draft)):
        return None
    return env._("You have edited this draft: somebody else approves it.")


def in_force(draft):
    """Every row that is used today where the draft's would be."""
    day = fields.Date.today()
    # sudo: tables are configuration; compared only.
    endpoints = draft.sudo().endpoint_id
    tables = MappingTables(endpoints, day, version=draft.origin_id)
    return Mappings(endpoints, day, tables).rows(draft.domain)


def _contradictions(draft):
    pairs = contradictions(rows_of(draft))
    if not pairs:
        return None
    return draft.env._(
        "These codes mean two things at a time: %s. Give the rows different products or dates.",
        ", ".join(sorted({row.code for row, _other in pairs})[:20]),
    )


def _keep_samples(draft):
    """The samples go on with the version, and what it makes of them is what was agreed with."""
    # sudo: as for the version itself.
    for sample in samples_of(draft).sudo():
        sample.write({"mapping_id": draft.id, "expected": translation(sample, draft)})


def _audit(draft, changes, reason):
    env = draft.env
    words = mapping_versions.Words(
        env,
        draft.domain,
        [row for change in changes for row in (change.before, change.after) if row],
    )
    kinds = [change.kind for change in changes]
    counts = {kind: kinds.count(kind) for kind in ("added", "changed", "removed")}
    editors = draft.editor_ids.mapped("login")
    env["integration.audit"]._append(
        [
            {
                "action": "mapping.approved",
                "res_model": draft._name,
                "res_id": draft.id,
                "company_id": (draft.company_id or env.company).id,
                "detail": {
                    "key": draft.key,
                    "version": draft.version,
                    "from": str(draft.date_from or fields.Date.today()),
                    "editors": editors,
                    "reason": reason or None,
                    **counts,
                    "changes": [
                        {
                            "code": (change.after or change.before).code,
                            "kind": change.kind,
                            "before": words.of(change.before) if change.before else None,
                            "after": words.of(change.after) if change.after else None,
                        }
                        for change in changes[:AUDITED]
                    ],
                },
            }
        ]
    )
    # sudo: as for the version itself.
    draft.sudo().message_post(
        body=env._(
            "Approved by %(user)s: %(added)s added, %(changed)s changed, %(removed)s removed.",
            user=env.user.name,
            **counts,
        )
    )
