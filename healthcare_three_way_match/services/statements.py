"""A supplier's statement: read, compared with the bills here, differences raised as exceptions of accounts payable."""

import base64

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_amount

from odoo.addons.healthcare_procurement_connector.core.identity import normalise_number

from ..core.exact import from_float
from ..core.holds import ACTIVE
from ..core.statement import TO_CLEAR, Booked, Outcome, compare
from ..core.statement_reading import Layout, read
from .statement_files import rows_of_file

MAX_BYTES = 5_000_000
PROBLEMS_SHOWN = 50


class StatementCheck:
    """Conducts the comparison of one statement.

    How to use: ``StatementCheck(statement).run()``, by somebody who may read bills. Run again, it brings lines and
    exceptions up to date: what agrees by now is settled, what was raised is not raised twice.
    """

    def __init__(self, statement):
        statement.ensure_one()
        self.env = statement.env
        self.statement = statement

    def run(self):
        entries, problems = self._read()
        books = self._books({normalise_number(entry.number) for entry in entries}, entries)
        currency = self.statement.currency_id.name
        compared = compare(entries, books, normalise_number, self.statement.open_only, currency)
        self._keep(compared)
        # sudo: outcome and problems are written by this service only.
        self.statement.sudo().write(
            {"state": "compared", "problems": self._problem_text(problems), "unread": len(problems)}
        )
        self._raise_differences()

    def _read(self):
        raw = base64.b64decode(self.statement.file or b"")
        if len(raw) > MAX_BYTES:
            raise UserError(
                self.env._(
                    "The file is larger than %s MB: ask for a shorter period.", MAX_BYTES // 10**6
                )
            )
        of = self.statement
        layout = Layout(
            number=(of.column_number or "").strip(),
            date=(of.column_date or "").strip(),
            amount=(of.column_amount or "").strip(),
            currency=(of.column_currency or "").strip(),
            decimal=of.decimal_mark or "",
            date_format=of.date_format or "",
        )
        rows, unread = rows_of_file(raw, of.encoding or None)
        entries, problems = read(rows, layout) if rows or not unread else ([], [])
        problems = unread + problems
        if not entries:
            raise UserError(
                self.env._(
                    "Nothing of this file can be compared.\n%s", self._problem_text(problems)
                )
            )
        return entries, problems

    def _books(self, numbers, entries):
        """The supplier's bills and credit notes with these numbers, or of these days; by the reader's own rights."""
        days = [entry.day for entry in entries if entry.day]
        within = Domain.FALSE
        if days:
            within = Domain("invoice_date", ">=", min(days)) & Domain(
                "invoice_date", "<=", max(days)
            )
        moves = self.env["account.move"].search_fetch(
            Domain("company_id", "=", self.statement.company_id.id)
            & Domain(
                "commercial_partner_id", "=", self.statement.partner_id.commercial_partner_id.id
            )
            & Domain("move_type", "in", ("in_invoice", "in_receipt", "in_refund"))
            & Domain("state", "!=", "cancel")
            & (
                within
                | Domain("match_number_key", "in", list(numbers))
                | Domain("move_type", "=", "in_refund")
            ),
            [
                "ref",
                "name",
                "invoice_date",
                "amount_total",
                "amount_residual",
                "currency_id",
                "state",
            ],
        )
        # sudo: whether something is held is said to whoever may read the bill, no more of it.
        holds = self.env["purchase.match.hold"].sudo()
        held = {
            bill.id
            for [bill] in holds._read_group(
                [
                    ("bill_id", "in", moves.ids),
                    ("state", "in", list(ACTIVE)),
                    ("blocks", "!=", "nothing"),
                ],
                ["bill_id"],
            )
        }
        books = []
        for move in moves:
            in_period = days and move.invoice_date and min(days) <= move.invoice_date <= max(days)
            if not in_period and normalise_number(move.ref or "") not in numbers:
                continue
            sign = -1 if move.move_type == "in_refund" else 1
            places = move.currency_id.decimal_places
            books.append(
                Booked(
                    key=move.id,
                    number=move.ref or move.name or "",
                    day=move.invoice_date or None,
                    amount=sign * round(from_float(move.amount_total), places),
                    currency=move.currency_id.name,
                    left=sign * round(from_float(move.amount_residual), places),
                    posted=move.state == "posted",
                    held=move.id in held,
                )
            )
        return books

    def _keep(self, compared):
        """Lines by their document: a line that is there already keeps its exception."""
        # sudo: lines are written by this service only.
        lines = self.statement.line_ids.sudo()
        stored = {(line.row, line.bill_id.id if not line.row else 0): line for line in lines}
        new = []
        for each in compared:
            row = each.entry.row if each.entry else 0
            booked = each.booked.key if each.booked else False
            vals = self._line_vals(each)
            line = stored.pop((row, 0 if row else booked), None)
            if line:
                line.write(vals)
            else:
                new.append({"statement_id": self.statement.id, "row": row, **vals})
        gone = lines.browse([line.id for line in stored.values()])
        self._settle(gone)
        gone.unlink()
        lines.create(new)

    def _line_vals(self, each):
        entry, booked = each.entry, each.booked
        currencies = self.env["res.currency"].with_context(active_test=False)
        name = (entry and entry.currency) or (booked and booked.currency)
        currency = (
            currencies.search([("name", "=", name)], limit=1) if name else currencies.browse()
        )
        return {
            "number": entry.number if entry else booked.number,
            "day": (entry.day if entry else booked.day) or False,
            "amount": float(entry.amount) if entry else 0.0,
            "currency_id": (currency or self.statement.currency_id).id,
            "bill_id": booked.key if booked else False,
            "booked": float(booked.amount) if booked else 0.0,
            "difference": float(each.difference),
            "outcome": each.outcome.value,
        }

    def _raise_differences(self):
        # sudo: lines are written by this service only.
        lines = self.statement.line_ids.sudo()
        clear = lines.filtered(lambda line: Outcome(line.outcome) in TO_CLEAR)
        self._settle(lines - clear)
        asked = clear.filtered(lambda line: line.exception_id.state != "open")
        if not asked:
            return
        owner = self._owner()
        raised = self.env["integration.exception"]._raise(
            [
                {
                    "code": "statement_differs",
                    "summary": line._sentence(),
                    "partner_id": self.statement.partner_id.id,
                    "company_id": self.statement.company_id.id,
                    "user_id": owner.id,
                    "res_model": "account.move" if line.bill_id else self.statement._name,
                    "res_id": line.bill_id.id or self.statement.id,
                    "business_ref": line.bill_id.business_ref,
                }
                for line in asked
            ]
        )
        for line, exception in zip(asked, raised, strict=True):
            line.exception_id = exception

    def _settle(self, lines):
        """What agrees by now needs nobody any more."""
        # sudo: whoever compares again settles what the comparison raised.
        found = lines.exception_id.sudo().filtered(lambda exception: exception.state == "open")
        if found:
            found.sudo(False)._resolve(self.env._("Compared again: it agrees now."))

    def _owner(self):
        """Accounts payable: the finance contact of the company's policy, else who compares."""
        # sudo: whoever compares may lack the right to read policies; only the contact leaves.
        policies = self.env["purchase.match.policy"].sudo()
        found = policies.search(
            [("company_id", "=", self.statement.company_id.id), ("finance_user_id", "!=", False)],
            limit=1,
        )
        return found.finance_user_id or self.env.user

    def _problem_text(self, problems):
        words = problem_words(self.env)
        shown = [
            self.env._(
                "Row %(row)s: %(what)s", row=each.row, what=words[each.code] % {"text": each.text}
            )
            if each.row
            else words[each.code] % {"text": each.text}
            for each in problems[:PROBLEMS_SHOWN]
        ]
        if len(problems) > PROBLEMS_SHOWN:
            shown.append(self.env._("And %s more.", len(problems) - PROBLEMS_SHOWN))
        return "\n".join(shown)


def problem_words(env):
    """``{code: sentence}``."""
    return {
        "unreadable": env._("The file cannot be read: %(text)s"),
        "invalid_row": env._("not a row of a CSV file: %(text)s"),
        "too_long": env._("the file has more than %(text)s rows"),
        "empty": env._("The file is empty."),
        "no_number_column": env._("which column has the number? There is: %(text)s"),
        "no_date_column": env._("which column has the date? There is: %(text)s"),
        "no_amount_column": env._("which column has the amount? There is: %(text)s"),
        "no_currency_column": env._("which column has the currency? There is: %(text)s"),
        "no_number": env._("no document number"),
        "decimal_unknown": env._(
            "%(text)s can be read in two ways: choose the decimal mark of this file"
        ),
        "invalid_amount": env._("“%(text)s” is no amount"),
        "date_unknown": env._(
            "%(text)s can be read in several ways: choose how this file writes dates"
        ),
        "invalid_date": env._("“%(text)s” is no date"),
    }


def sentence(line):
    """What differs, to whom it is, in one sentence."""
    env = line.env
    values = {
        "supplier": line.statement_id.partner_id.display_name,
        "number": line.number,
        "there": format_amount(env, line.amount, line.currency_id),
        "here": format_amount(env, line.booked, line.bill_id.currency_id or line.currency_id),
    }
    texts = {
        Outcome.AGREES: env._("%(number)s: agrees."),
        Outcome.MISSING_HERE: env._(
            "%(supplier)s lists %(number)s with %(there)s; no such bill is here."
        ),
        Outcome.MISSING_THERE: env._(
            "%(number)s with %(here)s is here, but not on the statement of %(supplier)s."
        ),
        Outcome.AMOUNT: env._(
            "%(supplier)s lists %(number)s with %(there)s; here it says %(here)s."
        ),
        Outcome.CURRENCY: env._(
            "%(supplier)s lists %(number)s with %(there)s; here it is in another currency: %(here)s."
        ),
        Outcome.TWICE: env._("%(supplier)s lists %(number)s more than once."),
        Outcome.PAID: env._(
            "%(supplier)s lists %(number)s with %(there)s as open; here it is paid."
        ),
        Outcome.HELD: env._("%(number)s is held here: see its holds."),
    }
    return texts[Outcome(line.outcome)] % values
