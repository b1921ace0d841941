"""Orders raised after a bill came: who stands for the raise, and the approval by a second person."""

from odoo import fields
from odoo.exceptions import AccessError, UserError

from ..core.amendments import worth
from ..core.exact import exact, from_float
from ..core.holds import ACTIVE
from ..core.release import Person, Refusal, refusal
from ..core.verdict import Code
from .collect import net_price
from .matching import Matching
from .own_writes import own
from .release import APPROVER, Decisions
from .stored import stored_fraction
from .telling import Teller

PURCHASE_MANAGER = "purchase.group_purchase_manager"
# Findings that say in their detail what the order was raised to: {code: the term it is about}.
TERMS = {Code.PRICE: "price", Code.QTY_ORD: "quantity"}


class Amendments:
    """Approvals of raised orders by the acting user."""

    def __init__(self, env):
        self.env = env
        self.decisions = Decisions(env)

    def may_approve(self, hold):
        """Whether the hold is about a raised order, and the user may approve the raise."""
        return _raised(hold) is not None and self._refusal(hold, "any") is None

    def approve(self, holds, reason):
        """Stands for the orders of these holds as they are now; holds that this explains close by themselves."""
        # sudo: who approves may lack the right to write orders; their right to approve is checked below.
        lines = holds.sudo().purchase_line_id
        # Nobody else changes, or bills, these lines between what is checked here and what is written.
        lines._take_turn()
        lines.invalidate_recordset()
        for hold in holds:
            if error := self._error(hold, reason):
                raise error
        reason = reason.strip()
        # sudo: the table is closed to writes by hand; rights were checked above.
        own(self.env["purchase.match.amendment"].sudo()).create(
            [self._vals(hold.sudo(), reason) for hold in holds]
        )
        teller = Teller(self.env)
        for hold in holds:
            raised = {"term": TERMS[Code(hold.code)], "to": str(_raised(hold))}
            teller.hold("order_change.approved", hold, reason=reason, **raised)
        teller.tell()
        Matching(self.env).follow(lines)

    def _error(self, hold, reason):
        raised = _raised(hold)
        if raised is None:
            return UserError(
                self.env._("%s: the order was not raised after the bill came.", hold.display_name)
            )
        why = self._refusal(hold, reason)
        if why is not None:
            error = UserError if why is Refusal.NO_REASON else AccessError
            return error(self._refusal_text(why, hold))
        if raised != _now(hold):
            return UserError(
                self.env._(
                    "%s: the order was changed once more. Compare again and look first.",
                    hold.display_name,
                )
            )
        return None

    def _refusal(self, hold, reason):
        # sudo: the order may be out of the approver's reach; only what the hold speaks of is used.
        whole = hold.sudo()
        user, company, line = self.env.user, whole.company_id, whole.purchase_line_id
        other = from_float(line.product_qty) if hold.code == Code.PRICE else net_price(line)
        cost = worth(_raised(hold), stored_fraction(hold.numbers, "expected"), exact(other))
        amount = line.currency_id._convert(
            float(cost), company.currency_id, company, fields.Date.context_today(whole)
        )
        person = Person(
            approver=user.has_group(APPROVER) or user.has_group(PURCHASE_MANAGER),
            roles=self.decisions.roles(line.order_id, whole.bill_id),
            limit=self.decisions.limit(whole.match_id.policy_id),
        )
        return refusal(Code(hold.code), from_float(amount), person, reason)

    def _vals(self, hold, reason):
        return {
            "order_line_id": hold.purchase_line_id.id,
            "hold_id": hold.id,
            "term": TERMS[Code(hold.code)],
            "value": str(_raised(hold)),
            "uom_id": hold.purchase_line_id.product_uom_id.id,
            "before": float(stored_fraction(hold.numbers, "expected")),
            "after": float(_raised(hold)),
            "approved_by_id": self.env.uid,
            "approved_on": fields.Datetime.now(),
            "reason": reason,
        }

    def _refusal_text(self, why, hold):
        texts = {
            Refusal.NO_RIGHT: self.env._(
                "Approving the change of an order after its bill came needs the right to approve "
                "matches, or to administer purchases."
            ),
            Refusal.OWN_PURCHASE: self.env._(
                "Who bought or changed the order cannot approve the change: it takes a second person."
            ),
            Refusal.OWN_BILL: self.env._(
                "Who entered the bill cannot approve the change of its order."
            ),
            Refusal.OVER_LIMIT: self.env._("The change costs more than your release limit."),
            Refusal.NO_REASON: self.env._("Say in a few words why."),
        }
        return f"{hold.display_name}: {texts[why]}"


def _raised(hold):
    """What the order was raised to, in its unit, as the hold says; None where it does not speak of a raise."""
    detail = (hold.numbers or {}).get("detail")
    if hold.state not in ACTIVE or Code(hold.code) not in TERMS or not detail:
        return None
    return stored_fraction({"raised": detail[0]}, "raised")


def _now(hold):
    # sudo: the order may be out of the approver's reach; only what the hold speaks of is used.
    line = hold.sudo().purchase_line_id
    return exact(net_price(line) if hold.code == Code.PRICE else from_float(line.product_qty))
