"""The gates in front of payment: what is open or disputed stays unpaid, the rest may be paid."""

from dataclasses import dataclass

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..core import holds as machine
from ..core.exact import from_float, money
from .collect import BILL_TYPES
from .matching import Matching
from .telling import Teller

# States in which a payment takes money, or is about to.
UNDER_WAY = ("in_process", "paid")


@dataclass(frozen=True)
class Before:
    """A bill before it is settled: what it keeps back, its rest, what settled it so far."""

    kept_back: float
    residual: float
    settlements: models.BaseModel


class Settling:
    """Says, inside one reconciliation, that its bills are watched already; an object, as ``Passed`` is."""

    KEY = "healthcare_three_way_match_settling"


class PaymentGate:
    """How much of a bill may be paid now, asked of the numbers of this moment."""

    def __init__(self, env):
        self.env = env

    def withheld(self, bills):
        """``{bill: amount kept back, in the bill's currency}`` for those that keep something back."""
        bills = bills.filtered(lambda bill: bill.move_type in BILL_TYPES)
        result = {}
        for bill, match in Matching(self.env).run(bills).items():
            kept_back = _kept_back(bill, match)
            if kept_back:
                result[bill] = kept_back
        return result

    def payable(self, bill, kept_back, apart_from=None):
        """What is left to pay on a bill: its rest, less what is kept back or already on its way."""
        payments = bill.matched_payment_ids - (apart_from or bill.env["account.payment"])
        left = bill.amount_residual - kept_back - _on_its_way(bill, payments)
        return max(bill.currency_id.round(left), 0.0)

    def payable_in(self, bills, currency, date, apart_from=None):
        """What may be paid on these bills in a currency; None when nothing is kept back."""
        withheld = self.withheld(bills)
        if not withheld:
            return None
        date = date or fields.Date.context_today(bills)
        total = 0.0
        for bill in bills.sudo():  # sudo: payments in the sum may be out of the user's reach
            payable = self.payable(bill, withheld.get(bill, 0.0), apart_from)
            sign = -1 if bill.move_type == "in_refund" else 1
            total += sign * bill.currency_id._convert(payable, currency, bill.company_id, date)
        return currency.round(total)

    def notice(self, bills):
        """One sentence for the payment dialog, empty when nothing is kept back."""
        return " ".join(
            self.env._(
                "%(bill)s: %(kept)s is held by the three-way match, %(payable)s can be paid.",
                bill=bill.ref or bill.display_name,
                kept=format_amount(self.env, kept_back, bill.currency_id),
                payable=format_amount(self.env, self.payable(bill, kept_back), bill.currency_id),
            )
            for bill, kept_back in self.withheld(bills).items()
        )

    # -- the doors ------------------------------------------------------------------------------

    def check_register(self, wizard):
        """The payment dialog: an amount given for its bills, or the whole rest of each."""
        bills = wizard.line_ids.move_id
        if wizard.can_edit_wizard and len(bills) == 1:
            self._check_amount(bills, wizard.amount, wizard.currency_id, wizard.payment_date)
            return
        for bill, kept_back in self.withheld(bills).items():
            asked = sum(
                abs(line.amount_residual_currency)
                for line in wizard.line_ids
                if line.move_id.id == bill.id
            )
            payable = self.payable(bill, kept_back)
            if bill.currency_id.compare_amounts(asked, payable) > 0:
                # One payment for several bills settles the oldest first, held or not.
                raise UserError(
                    self._refusal(bill, kept_back, payable)
                    + "\n"
                    + self.env._("Pay this bill by itself, or leave it out.")
                )

    def check_payments(self, payments):
        """Payments that name the bills they are for, each on top of those before it."""
        payments = payments.filtered(lambda p: p.payment_type == "outbound" and p.invoice_ids)
        for index, payment in enumerate(payments):
            bills, date = payment.invoice_ids, payment.date
            earlier = payments[:index].filtered(lambda p, bills=bills: p.invoice_ids & bills)
            amount = payment.amount + sum(
                p.currency_id._convert(p.amount, payment.currency_id, payment.company_id, date)
                for p in earlier
            )
            self._check_amount(bills, amount, payment.currency_id, date, payments)

    def before_reconciling(self, lines, changing=None):
        """Bills about to be settled with something other than credit notes: what they keep back.

        ``changing``: settlements that are there already and are about to be written.
        """
        bills = lines.move_id.filtered(lambda move: move.move_type in BILL_TYPES)
        others = lines.move_id - bills
        if not bills or not others.filtered(lambda move: move.move_type != "in_refund"):
            return {}
        return {
            bill: Before(
                kept_back,
                bill.amount_residual,
                _settlements(bill, changing),
            )
            for bill, kept_back in self.withheld(bills).items()
        }

    def after_reconciling(self, before):
        """The rest of each bill must still cover what is kept back, but for what the bank has paid already."""
        for bill, was in before.items():
            settled = bill.currency_id.compare_amounts(bill.amount_residual, was.residual) < 0
            short = bill.currency_id.compare_amounts(bill.amount_residual, was.kept_back) < 0
            if not (settled and short):
                continue
            paid = _paid_with(_settlements(bill) - was.settlements)
            if not all(_is_bank_line(move) for move in paid):
                payable = max(was.residual - was.kept_back, 0.0)
                raise UserError(self._refusal(bill, was.kept_back, payable))
            self._record_paid(bill, paid, was.kept_back)

    def _record_paid(self, bill, bank_moves, kept_back):
        """The money has left: refusing to book it would only hide that. Somebody has to get it back."""
        short = bill.currency_id.round(kept_back - bill.amount_residual)
        # sudo: the match and its policy may be out of the reach of who reconciles; only the contact is used.
        policy = bill.sudo().match_ids.policy_id
        self.env["integration.exception"]._raise(
            [
                {
                    "code": "paid_on_hold",
                    "summary": self.env._(
                        "%(bill)s: %(amount)s that is held was paid (%(statement)s).",
                        bill=bill.ref or bill.display_name,
                        amount=format_amount(self.env, short, bill.currency_id),
                        statement=", ".join(bank_moves.mapped("display_name")),
                    ),
                    "res_model": bill._name,
                    "res_id": bill.id,
                    "partner_id": bill.commercial_partner_id.id,
                    "company_id": bill.company_id.id,
                    "business_ref": bill.business_ref,
                    "user_id": policy.finance_user_id.id,
                }
            ]
        )
        teller = Teller(self.env)
        teller.bill("invoice.paid_on_hold", bill, fact="invoice.paid_on_hold", amount=str(short))
        teller.tell()

    def _check_amount(self, bills, amount, currency, date, apart_from=None):
        payable = self.payable_in(bills, currency, date, apart_from)
        if payable is not None and currency.compare_amounts(amount, payable) > 0:
            refusals = (
                self._refusal(bill, kept_back, self.payable(bill, kept_back, apart_from))
                for bill, kept_back in self.withheld(bills).items()
            )
            raise UserError("\n".join(refusals))

    def _refusal(self, bill, kept_back, payable):
        return self.env._(
            "%(bill)s: %(kept)s is held by the three-way match and stays unpaid until a credit note "
            "arrives or the hold is released. You can pay up to %(payable)s.",
            bill=bill.ref or bill.display_name,
            kept=format_amount(self.env, kept_back, bill.currency_id),
            payable=format_amount(self.env, payable, bill.currency_id),
        )


def _settlements(bill, apart_from=None):
    settlements = bill.line_ids.matched_debit_ids
    return settlements - apart_from if apart_from else settlements


def _paid_with(settlements):
    """What takes money from a bill: no credit note, and no mere difference of exchange rates."""
    moves = settlements.filtered("credit_amount_currency").debit_move_id.move_id
    return moves.filtered(lambda move: move.move_type != "in_refund")


def _is_bank_line(move):
    """A line of a bank's statement; what is entered in a cash book is an act like any other payment."""
    return bool(move.statement_line_id) and move.journal_id.type in ("bank", "credit")


def _kept_back(bill, match):
    """All of a bill that may not be posted or is in question as a whole, else what its holds say."""
    active = [hold for hold in match.hold_ids._core() if hold.state in machine.ACTIVE]
    whole = bill.state != "posted" and match.blocks == "posting"
    amount = None if whole else machine.withheld(active)
    if amount is None:
        return bill.amount_total
    return float(money(amount, from_float(bill.currency_id.rounding)))


def _on_its_way(bill, payments):
    """What payments that name a bill will take from it, and have not taken yet, in its currency."""
    entries = without = 0.0
    for payment in payments.filtered(lambda p: p.state in UNDER_WAY):
        amount = payment.amount
        if payment.move_id:
            payable = payment.move_id.line_ids.filtered(
                lambda line: line.account_type == "liability_payable"
            )
            amount = max(sum(payable.mapped("amount_residual_currency")), 0.0)
        amount = payment.currency_id._convert(
            amount, bill.currency_id, bill.company_id, payment.date
        )
        if payment.move_id:
            entries += amount
        else:
            without += amount
    # A payment without an entry settles the bill when the bank statement does.
    arrived = bill.line_ids.matched_debit_ids.filtered("debit_move_id.move_id.statement_line_id")
    return entries + max(without - sum(arrived.mapped("credit_amount_currency")), 0.0)
