"""What people decide about holds: release, dispute. Rights are checked here, not in a view."""

from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError, UserError

from ..core import holds as machine
from ..core.exact import from_float
from ..core.release import (
    BILLER,
    BUYER,
    Person,
    Refusal,
    lets_go,
    limit_of,
    needs_two,
    refusal,
)
from ..core.verdict import Code
from .disputes import Disputes
from .keeping import NO_FIRST, summary
from .own_writes import own
from .telling import Teller

USER = "healthcare_three_way_match.group_match_user"
APPROVER = "healthcare_three_way_match.group_match_approver"


class Decisions:
    """Decisions of the acting user on holds.

    ``release`` and ``dispute`` take all holds or none; ``decide`` takes those it may and says why not the others.
    """

    def __init__(self, env):
        self.env = env
        self.user = env.user

    # -- may they? ------------------------------------------------------------------------------

    def may_release(self, hold):
        """Whether the user could release this hold, or be the first of two, given a reason."""
        return hold.state in machine.ACTIVE and self._refusal(hold, "any") is None

    def may_dispute(self, hold):
        """Users of the match may dispute any hold, others those they are asked about."""
        if hold.state != machine.OPEN or hold.blocks == "nothing":
            return False
        return self.user.has_group(USER) or hold.user_id == self.user

    def takes_two(self, hold):
        """Whether letting this hold go takes two people."""
        return needs_two(_amount(hold), _two_above(hold))

    def roles(self, orders, bills):
        """The user's own part in these purchases."""
        # sudo: one's own part must be seen whatever one may read.
        orders, bills = orders.sudo(), bills.sudo()
        roles = set()
        if self.user in orders.user_id | orders.create_uid | orders.order_line.match_changer_ids:
            roles.add(BUYER)
        if self.user in bills.create_uid | bills.invoice_line_ids.create_uid:
            roles.add(BILLER)
        return frozenset(roles)

    def limit(self, policy):
        """Up to how much the user may accept, in the company's currency; None: any amount."""
        # sudo: the limits bind also those who may not read them.
        user, policy = self.user.sudo(), policy.sudo()
        return limit_of(
            from_float(user.match_release_limit),
            [from_float(group.match_release_limit) for group in user.all_group_ids],
            from_float(policy.release_limit),
        )

    def _refusal(self, hold, reason):
        # sudo: orders and bills of the hold may be out of the user's reach; nothing of them leaves.
        whole = hold.sudo()
        orders = whole.order_id or whole.bill_id.invoice_line_ids.purchase_line_id.order_id
        person = Person(
            approver=self.user.has_group(APPROVER),
            roles=self.roles(orders, whole.bill_id),
            limit=self.limit(whole.match_id.policy_id),
            signed=hold.first_approver_id == self.user,
        )
        return refusal(Code(hold.code), _amount(hold), person, reason)

    # -- decisions ------------------------------------------------------------------------------

    def release(self, holds, reason):
        """Accept findings as they stand; what they kept back becomes payable."""
        self._all_or_none("release", holds, reason)

    def dispute(self, holds, reason):
        """Let the bill into the books and keep the amounts at stake unpaid."""
        self._all_or_none("dispute", holds, reason)

    def _all_or_none(self, event, holds, reason):
        for error in self.decide(event, holds, reason, partly=False).values():
            raise error

    def decide(self, event, holds, reason, partly=True):
        """Decides on each hold it may; returns {hold: the error that says why not} of the others.

        Without ``partly``, one refusal leaves all as they were.
        """
        if not (reason or "").strip():
            raise UserError(self._refusal_text(Refusal.NO_REASON, holds[:1]))
        errors = {hold: error for hold in holds if (error := self._error(event, hold, reason))}
        allowed = holds.filtered(lambda hold: hold not in errors)
        if allowed and (partly or not errors):
            self._write(event, allowed, reason.strip())
        return errors

    def _error(self, event, hold, reason):
        if (hold.state, event) not in machine.TRANSITIONS:
            return UserError(self.env._("%s: this is decided already.", hold.display_name))
        if event == "dispute" and not self.may_dispute(hold):
            return AccessError(
                self.env._(
                    "Only its owner or a user of the match may dispute: %s", hold.display_name
                )
            )
        why = self._refusal(hold, reason) if event == "release" else None
        return AccessError(self._refusal_text(why, hold)) if why else None

    def _write(self, event, holds, reason):
        """One write for all that become the same, then the sums of their bills."""
        # sudo: rights were checked above; the table is closed to writes by hand.
        teller, holds = Teller(self.env), holds.sudo()
        first = holds.filtered(lambda hold: event == "release" and not self._is_last_word(hold))
        now = fields.Datetime.now()
        if first:
            signed = {"first_approver_id": self.user.id, "first_approved_on": now}
            own(first).write({**signed, "first_reason": reason})
            for hold in first:
                teller.hold("hold.approved_by_first", hold, reason=reason)
        decided = holds - first
        for state, batch in decided.grouped("state").items():
            vals = {
                "state": machine.transition(state, event),
                "reason": reason,
                "decided_by_id": self.user.id,
                "decided_on": now,
            }
            if event == "dispute":
                vals |= {"blocks": "payment", **NO_FIRST}
            own(batch).write(vals)
            for hold in batch:
                by_first = hold.first_approver_id.login
                also = {"first_approver": by_first} if by_first else {}
                teller.hold(f"hold.{event}d", hold, fact=f"hold.{event}d", reason=reason, **also)
        for match in decided.match_id:
            own(match).write(summary(match))
        teller.tell()
        if event == "dispute":
            Disputes(self.env).tell(decided)

    def _is_last_word(self, hold):
        return lets_go(_amount(hold), _two_above(hold), hold.first_approver_id or None)

    def _refusal_text(self, why, hold):
        texts = {
            Refusal.NO_RIGHT: self.env._("Releasing a hold needs the right to approve matches."),
            Refusal.NO_REASON: self.env._("Say in a few words why."),
            Refusal.OWN_PURCHASE: self.env._(
                "Who bought cannot release: somebody else must decide."
            ),
            Refusal.OWN_BILL: self.env._(
                "Who entered the bill cannot release: somebody else must decide."
            ),
            Refusal.OVER_LIMIT: self.env._("The amount is above your release limit."),
            Refusal.SAME_PERSON: self.env._(
                "This takes two people, and you were the first: somebody else must be the second."
            ),
        }
        return f"{hold.display_name}: {texts[why]}"


def _amount(hold):
    return from_float(hold.amount_company)


def _two_above(hold):
    """The amount above which two people must release; None where one always suffices."""
    # sudo: the rule binds also those who may not read policies.
    amount: Decimal = from_float(hold.sudo().match_id.policy_id.second_approval_above)
    return amount or None
