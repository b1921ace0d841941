"""Whose turn it is: the bills somebody has to decide on, in the order of ``core.worklist``."""

from odoo import fields
from odoo.fields import Domain

from ..core.exact import from_float
from ..core.holds import OPEN
from ..core.worklist import Waiting, beside, ordered
from .release import APPROVER, USER


def may_open(bill):
    """Whether the user can open this bill's form.

    Buyers may read bills, but Odoo's form of a bill also reads its payments, which takes a right in finance.
    """
    return bill.has_access("read") and bill.env["account.payment"].has_access("read")


def seen(match, name="hold_ids"):
    """The holds (or ``line_ids``) of a match that its user may see.

    Searched for, since the cache may hold those that somebody with more rights asked for in this transaction.
    """
    return match.env[match._fields[name].comodel_name].search([("match_id", "=", match.id)])


class Worklist:
    """The bills that wait for the acting user.

    Theirs are the holds they own, those that nobody owns and those that wait for a second approver, as far as
    they have the right. Once none of these is left, who has the right goes on with everybody's.
    """

    def __init__(self, env):
        self.env = env
        self.user = env.user

    def mine(self):
        """The domain of the open holds that wait for this user."""
        mine = Domain("user_id", "=", self.user.id)
        if self.user.has_group(USER):
            mine |= Domain("user_id", "=", False)
        if self.user.has_group(APPROVER):
            second = Domain("first_approver_id", "not in", [False, self.user.id])
            mine |= second
        return Domain("state", "=", OPEN) & mine

    def matches(self):
        """(the matches to decide on in turn, whether they are the user's own), both within what they may read."""
        if own := self._in_turn(self.mine()):
            return own, True
        everybodys = Domain("state", "=", OPEN) if self.user.has_group(USER) else Domain.FALSE
        return self._in_turn(everybodys), False

    def place(self, match):
        """Where a match stands in the row, as JSON: its place, how many there are, and its neighbours' ids."""
        matches, own = self.matches()
        ids = matches.ids
        previous, following = beside(ids, match.id)
        return {
            "here": match.id in ids,
            "place": ids.index(match.id) + 1 if match.id in ids else 0,
            "count": len(ids),
            "own": own,
            "previous": previous or False,
            "next": following or False,
        }

    def following(self, match_id):
        """The match with this id if it is still in the row, else the first one; empty when all is decided."""
        matches, _own = self.matches()
        return matches.filtered(lambda match: match.id == match_id) or matches[:1]

    def _in_turn(self, domain):
        rows = self.env["purchase.match.hold"]._read_group(
            domain & Domain("company_id", "in", self.env.companies.ids),
            ["match_id"],
            ["discount_date:min", "date_due:min", "amount_company:sum", "create_date:min"],
        )
        waiting = [
            Waiting(match.id, discount or None, due or None, from_float(money), since)
            for match, discount, due, money, since in rows
        ]
        row = ordered(waiting, fields.Date.context_today(self.user))
        return self.env["purchase.match"].browse([bill.key for bill in row])
