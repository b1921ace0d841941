"""The answer to an unknown code: a row in a draft, approved at once where that is allowed, and what waited goes on.

All of it is one transaction: a row without its approval asked for, or an approval without the replay, is not left
behind.
"""

from dataclasses import dataclass

from odoo import fields
from odoo.exceptions import UserError

from ..core.mapping import Row, outbound
from . import acts
from .mapping_approval import approve, in_force, mark_asked, may_approve
from .mapping_versions import line_vals, new_draft, rows_of
from .mapping_waiting import missing_of


@dataclass(frozen=True, slots=True)
class Answered:
    """``draft``: the version with the row; ``approved``; ``replayed``: the messages that go on."""

    draft: object
    approved: bool
    replayed: object


def answer(exception, target, code=None, factor=1, only_product=False):
    """Says what the unknown code of an exception stands for; returns an Answered.

    ``target``: the id of our record (where the partner's code is missing: ``code``). ``only_product``: a unit's
    code is known for the exception's product only.
    """
    exception.ensure_one()
    env = exception.env
    missing = _check(exception, code)
    wanted = Row(
        code=missing.code or code,
        target=missing.target or target,
        product=missing.product if only_product else None,
        scope=0,
        factor=factor,
    )
    at_once = _policy(exception)
    draft = _draft(exception, missing.domain, at_once)
    row = _directed(wanted, missing, in_force(draft), rows_of(draft))
    if row is not None:
        # sudo: operators answer questions; the draft is governed by its approval. They become its editors.
        env["integration.mapping.line"].sudo().create(
            {
                **line_vals(missing.domain, row),
                "mapping_id": draft.id,
                "note": exception.summary[:200],
            }
        )
    if at_once and may_approve(draft) is None:
        reason = env._("Answer to: %s", exception.summary)
        return Answered(draft, True, approve(draft, reason=reason))
    mark_asked(draft)
    _same_question(exception).sudo().mapping_draft_id = draft  # sudo: closed to writes by hand
    return Answered(draft, False, env["integration.message"])


def _check(exception, code):
    env = exception.env
    acts.check_operator(exception.message_id)
    exception.check_access("read")
    missing = missing_of(exception)
    if missing is None or exception.state != "open" or not exception.endpoint_id:
        raise UserError(env._("No code is asked about here any more."))
    if not (missing.code or code):
        raise UserError(env._("The document gives no code that could be mapped."))
    return missing


def _policy(exception):
    approver = "healthcare_procurement_connector.group_integration_mapping_approver"
    # sudo: a switch of the exception's own company.
    return (
        exception.env.user.has_group(approver) and exception.company_id.sudo().mapping_self_approval
    )


def _draft(exception, domain, fresh):
    """A draft of the endpoint's mapping: a fresh one, or the one in which answers wait for approval."""
    # sudo: an operator's answer; see above.
    mappings = exception.env["integration.mapping"].sudo()
    ours = [("endpoint_id", "=", exception.endpoint_id.id), ("domain", "=", domain)]
    if not fresh:
        waiting = mappings.search(
            [*ours, ("state", "=", "draft"), ("asked_on", "!=", False)], order="id"
        ).filtered(lambda draft: not draft.outdated)[:1]
        if waiting:
            return waiting.sudo(False)
    last = mappings.search(
        [*ours, ("state", "=", "approved"), ("date_to", "=", False)], order="id", limit=1
    )
    if last:
        return new_draft(last, last.sudo(False))
    label = dict(mappings._fields["domain"]._description_selection(exception.env))[domain]
    return mappings.create(
        {
            "name": f"{exception.endpoint_id.name}: {label}",
            "domain": domain,
            "endpoint_id": exception.endpoint_id.id,
        }
    ).sudo(False)


def _directed(row, missing, used, drafted):
    """The row for the ways in which nothing is said yet; None where the draft has it already."""
    if any(
        _says(each) == _says(row) and each.direction in ("both", missing.direction)
        for each in drafted
    ):
        return None
    day = fields.Date.today()
    told = outbound(used, row.target, row.product, day) is not None
    heard = any(each.code == row.code and each.product == row.product for each in used)
    if missing.direction == "in":
        direction = "in" if told or row.factor != 1 else "both"
    else:
        direction = "out" if heard else "both"
    return Row(row.code, row.target, direction, row.product, row.scope, row.factor)


def _says(row):
    return row.code, row.target, row.product, row.factor


def _same_question(exception):
    """Open questions about the same code, this one among them."""
    return exception | exception.search(
        [
            ("state", "=", "open"),
            ("endpoint_id", "=", exception.endpoint_id.id),
            ("mapping_domain", "=", exception.mapping_domain),
            ("mapping_code", "=", exception.mapping_code),
            ("mapping_target", "=", exception.mapping_target),
            ("mapping_product_id", "=", exception.mapping_product_id.id),
        ]
    )
