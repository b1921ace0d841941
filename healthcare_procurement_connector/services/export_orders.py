"""By hand: orders as PDF, UBL and CSV in one zip, for mail, phone or a supplier's web page.

The messages become ``exported``, which is final: the drain does not send them, and a later electronic send is a
re-send, a second decision with a reason and a message id of its own. The state is compared in the statement that
changes it, so that nothing is exported and sent at once.
"""

import base64
import hashlib
import tempfile
import zipfile

from odoo import fields
from odoo.exceptions import AccessError, UserError

from ..core.delivery import BLOCKING, TRANSITIONS
from ..core.file_parts import safe_name
from ..core.identity import content_hash
from ..formats import FormatError, parse, render
from . import acts, give_up, rehearse
from .attempts import not_delivered
from .order_csv import order_csv
from .order_pdf import order_pdf

LIMIT = 200
BUYER = "purchase.group_purchase_user"
EXPORTABLE = tuple(old for old, targets in TRANSITIONS["out"].items() if "exported" in targets)
_IN_MEMORY = 4_000_000


def doubtful(messages):
    """Those that the supplier may have: they are exported only if somebody confirms that it does not."""
    stopped = messages.filtered(lambda message: message.state in ("uncertain", "dead"))
    return stopped | (messages - not_delivered(messages))


def export(messages, confirmed=False):
    """The ``integration.export`` with the zip of all the messages' orders; all of them are exported, or none.

    ``confirmed``: somebody made sure that the supplier does not have the doubtful ones.
    """
    messages = messages.sorted("id")
    _check_may_export(messages)
    _check_fit(messages)
    unsure = doubtful(messages)
    if unsure and not confirmed:
        raise UserError(
            messages.env._(
                "The supplier may have received %s. Make sure that it did not, and confirm that.",
                acts.names(unsure),
            )
        )
    files, hashes = _files(messages)
    now = fields.Datetime.now()
    before = {message: {"from": message.state} for message in messages}
    acts.change_state(messages, "exported", delivered=now)
    export = _store(messages, files)
    acts.audit(
        messages,
        "message.exported",
        details={
            message: {
                **before[message],
                **hashes[message],
                "export": export.id,
                "confirmed_not_received": message in unsure,
            }
            for message in messages
        },
    )
    acts.settle(messages, messages.env._("Exported, to reach the supplier by hand"))
    give_up.tell(messages, "order.exported", now)
    messages.env["integration.drain"]._wake("out")
    return export


# -- who and what ----------------------------------------------------------------------------------------


def _check_may_export(messages):
    env = messages.env
    messages.check_access("read")
    if env.user.has_group(acts.OPERATOR):
        return
    if not env.user.has_group(BUYER):
        raise AccessError(env._("Only integration operators and buyers may export orders."))
    _orders(messages).check_access("write")


def _orders(messages):
    orders = messages.filtered(lambda message: message.res_model == "purchase.order")
    return messages.env["purchase.order"].browse(sorted(set(orders.mapped("res_id"))))


def _check_fit(messages):
    env = messages.env
    if not messages:
        raise UserError(env._("Choose the messages to export."))
    if len(messages) > LIMIT:
        raise UserError(
            env._(
                "%(count)s are too many at once: at most %(limit)s.",
                count=len(messages),
                limit=LIMIT,
            )
        )
    if len(messages.company_id) > 1:
        raise UserError(env._("Export the orders of one company at a time."))
    refused = messages.filtered(
        lambda message: message.direction != "out" or message.state not in EXPORTABLE
    )
    if refused:
        raise UserError(env._("These cannot be exported: %s.", acts.names(refused)))
    earlier = _earlier(messages)
    if earlier:
        raise UserError(
            env._(
                "These are of the same orders and come first; export them too, or decide about them: %s.",
                acts.names(earlier),
            )
        )


def _earlier(messages):
    """Unfinished older messages of the same orders that are not exported with them: they would be overtaken."""
    # sudo: of the same orders; only their names are shown.
    messages = messages.sudo()
    unfinished = messages.search(
        [
            ("endpoint_id", "in", messages.endpoint_id.ids),
            ("business_key", "in", [key for key in messages.mapped("business_key") if key]),
            ("direction", "=", "out"),
            ("state", "in", BLOCKING["out"]),
        ]
    )
    last = {(m.endpoint_id, m.business_key): m.id for m in messages}
    return (unfinished - messages).filtered(
        lambda m: m.id < last.get((m.endpoint_id, m.business_key), 0)
    )


# -- the zip -----------------------------------------------------------------------------------------------


def _files(messages):
    """({name in the zip: bytes}, {message: hash of its UBL}); UserError naming what cannot be made."""
    env = messages.env
    files, hashes, refused = {}, {}, []
    for message, rehearsal in rehearse.outbound(messages).items():
        reason = rehearsal.verdict
        if rehearsal.raw is not None:
            try:
                # What would be sent, in whatever syntax, is what is exported.
                (document,) = parse(rehearsal.raw)
                ubl = render(document, "ubl")
            except FormatError as error:
                reason = str(error)
            else:
                name = _folder(document.number, files)
                files[f"{name}/{name}.xml"] = ubl
                files[f"{name}/{name}.pdf"] = order_pdf(env, document, message.uid)
                files[f"{name}/{name}.csv"] = order_csv(env, document)
                hashes[message] = {"sha256": content_hash(ubl)}
                continue
        refused.append(f"{message.display_name}: {reason}")
    if refused:
        raise UserError(
            env._("Nothing was exported, for these cannot be written:") + "\n" + "\n".join(refused)
        )
    return files, hashes


def _folder(number, files):
    name = base = safe_name(number)
    count = 1
    while f"{name}/{name}.xml" in files:
        count += 1
        name = f"{base}_{count}"
    return name


def _store(messages, files):
    env = messages.env
    now = fields.Datetime.now()
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
        with zipfile.ZipFile(spool, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(zipfile.ZipInfo(name, now.timetuple()[:6]), content)
        spool.seek(0)
        content = spool.read()
    # sudo: the table is closed to writes; the rows are readable by the one who asked, and by nobody else.
    return (
        env["integration.export"]
        .sudo()
        .create(
            {
                "name": f"orders-{now:%Y%m%d-%H%M%S}.zip",
                "user_id": env.uid,
                "company_id": messages.company_id[:1].id,
                "order_count": len(messages),
                "content": base64.b64encode(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )
        .sudo(False)
    )
