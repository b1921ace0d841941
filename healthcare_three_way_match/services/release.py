"""What people decide about holds: release, dispute. Rights are checked here, not in a view."""

from odoo import fields
from odoo.exceptions import AccessError, UserError

from ..core import holds as machine
from ..core.exact import from_float
from ..core.release import BILLER, BUYER, Person, Refusal, refusal
from ..core.verdict import Code
from .keeping import summary
from .telling import Teller

USER = "healthcare_three_way_match.group_match_user"
APPROVER = "healthcare_three_way_match.group_match_approver"


class Decisions:
    """Decisions of the acting user on holds."""

    def __init__(self, env):
        self.env = env
        self.user = env.user

    # -- may they? ------------------------------------------------------------------------------

    def may_release(self, hold):
        """Whether the user could release this hold, given a reason."""
        return hold.state in machine.ACTIVE and self._refusal(hold, "any") is None

    def may_dispute(self, hold):
        """Users of the match may dispute any hold, others those they are asked about."""
        if hold.state != machine.OPEN or hold.blocks == "nothing":
            return False
        return self.user.has_group(USER) or hold.user_id == self.user

    def _refusal(self, hold, reason):
        person = Person(self.user.has_group(APPROVER), self._roles(hold), self._limit(hold))
        return refusal(Code(hold.code), from_float(hold.amount_company), person, reason)

    def _roles(self, hold):
        """The user's own part in this purchase."""
        # sudo: one's own part must be seen whatever one may read.
        hold = hold.sudo()
        orders = hold.order_id or hold.bill_id.invoice_line_ids.purchase_line_id.order_id
        roles = set()
        if self.user in orders.user_id | orders.create_uid:
            roles.add(BUYER)
        if self.user == hold.bill_id.create_uid:
            roles.add(BILLER)
        return frozenset(roles)

    def _limit(self, hold):
        # sudo: the limits bind also those who may not read them.
        limit = self.user.sudo().match_release_limit or hold.sudo().match_id.policy_id.release_limit
        return from_float(limit) if limit else None

    # -- decisions ------------------------------------------------------------------------------

    def release(self, holds, reason):
        """Accept findings as they stand; what they kept back becomes payable."""
        for hold in holds:
            self._check_active(hold, "release")
            why = self._refusal(hold, reason)
            if why is not None:
                raise _error(why)(self._refusal_text(why, hold))
        self._decide(holds, "release", reason, "hold.released")

    def dispute(self, holds, reason):
        """Let the bill into the books and keep the amounts at stake unpaid."""
        for hold in holds:
            self._check_active(hold, "dispute")
            if not self.may_dispute(hold):
                raise AccessError(
                    self.env._(
                        "Only its owner or a user of the match may dispute: %s", hold.display_name
                    )
                )
        if not reason.strip():
            raise UserError(self._refusal_text(Refusal.NO_REASON, holds[:1]))
        self._decide(holds, "dispute", reason, "hold.disputed")

    def _check_active(self, hold, event):
        if (hold.state, event) not in machine.TRANSITIONS:
            raise UserError(self.env._("%s: this is decided already.", hold.display_name))

    def _decide(self, holds, event, reason, fact):
        # sudo: rights were checked above; the table is closed to writes by hand.
        teller, holds = Teller(self.env), holds.sudo()
        for hold in holds:
            vals = {
                "state": machine.transition(hold.state, event),
                "reason": reason.strip(),
                "decided_by_id": self.user.id,
                "decided_on": fields.Datetime.now(),
            }
            if event == "dispute":
                vals["blocks"] = "payment"
            hold.write(vals)
            teller.hold(f"hold.{event}d", hold, fact=fact, reason=reason.strip())
        for match in holds.match_id:
            match.write(summary(match))
        teller.tell()

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
        }
        return f"{hold.display_name}: {texts[why]}"


def _error(why):
    return UserError if why is Refusal.NO_REASON else AccessError
