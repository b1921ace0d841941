"""Clean bills that came over a connection post by themselves, where the policy says so."""

from odoo.exceptions import UserError
from odoo.fields import Domain

from .matching import Matching

BATCH = 100


class AutoPost:
    """Posts bills of the acting user's companies that agree with everything.

    How to use: ``AutoPost(env).post(bills)``; ``due(env)`` finds those that became clean after they came.
    """

    def __init__(self, env):
        self.env = env

    def post(self, bills):
        """Compare again, and post those that are clean and may be; returns them.

        All in one go; where one of them cannot be posted, one by one, so that it does not hold back the others.
        """
        found = Matching(self.env).run(bills.filtered(lambda bill: bill.state == "draft"))
        ids = [
            bill.id
            for bill, match in found.items()
            if match.state == "clean" and match.policy_id.autopost
        ]
        clean = bills.browse(ids)
        if clean and not self._try(clean, told=len(clean) == 1):
            for bill in clean if len(clean) > 1 else ():
                self._try(bill, told=True)
        return clean.filtered(lambda bill: bill.state == "posted")

    def _try(self, bills, told):
        """Post, or leave the drafts with an exception: a bill is never lost over its posting."""
        try:
            with self.env.cr.savepoint():
                bills._post(soft=False)  # now, as a person who presses Confirm
        except UserError as error:
            if told:
                self._ask(bills, error)
            return False
        return True

    def _ask(self, bill, error):
        self.env["integration.exception"]._raise(
            [
                {
                    "code": "autopost_failed",
                    "summary": self.env._("%(bill)s: %(why)s", bill=bill.ref, why=error),
                    "message_id": bill.integration_message_id.id,
                    "res_model": bill._name,
                    "res_id": bill.id,
                    "partner_id": bill.partner_id.id,
                    "company_id": bill.company_id.id,
                    "business_ref": bill.business_ref,
                }
            ]
        )


def due(env, limit=BATCH):
    """Drafts that agree by now, but for those a person was asked about already."""
    asked = env["integration.exception"].search_fetch(
        [("code", "=", "autopost_failed"), ("state", "=", "open")], ["res_id"]
    )
    return env["account.move"].search(
        Domain("match_ids.state", "=", "clean")
        & Domain("match_ids.policy_id.autopost", "=", True)
        & Domain("state", "=", "draft")
        & Domain("auto_post", "=", "no")
        & Domain("integration_message_id", "!=", False)
        & Domain("id", "not in", asked.mapped("res_id")),
        order="id",
        limit=limit,
    )


def sweep(env):
    """Posts what is due, as the technical users of the connections; commits batch by batch."""
    cron = env["ir.cron"]
    while bills := due(env):
        for endpoint, batch in bills.grouped(
            lambda b: b.integration_message_id.endpoint_id
        ).items():
            technical = endpoint._technical_env()
            AutoPost(technical).post(batch.with_env(technical))
        left = due(env)
        if not cron._commit_progress(len(bills), remaining=len(left)) or left == bills:
            return
