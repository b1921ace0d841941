"""Writes what was compared and decided into the vendor price list."""

from fractions import Fraction

from odoo import fields

from ...core.catalogue import EFFECTIVE, last_day
from ..numbers import rounded
from . import asking
from .comparing import Comparison
from .price_list import PriceList
from .run_states import count, move

CHUNK = 500
# What a price that is not replaced gets; the others are what it was found by.
OVERWRITTEN = ("product_code", "product_name", "price", "discount", "date_start", "date_end")


def apply_chunk(run):
    """Applies the next lines; False if there are none left.

    Each is compared once more: where the price list is no longer what the buyer saw, the line is left and told.
    """
    lines = run.env["integration.catalogue.line"].search(
        [
            ("catalogue_id", "=", run.id),
            ("id", ">", run.applied_id),
            ("verdict", "in", EFFECTIVE),
            ("applied", "=", False),
            "|",
            ("jump", "=", False),
            ("decision", "=", "approved"),
        ],
        order="id",
        limit=CHUNK,
    )
    if not lines:
        return False
    _Application(run, lines).run()
    return True


class _Application:
    def __init__(self, run, lines):
        self.run_record = run
        self.lines = lines
        self.day = fields.Date.context_today(run)
        self.price_list = PriceList(run, self.day)
        self.prices = self.price_list.env["product.supplierinfo"]
        self.comparison = Comparison(run, self.price_list)
        self.created = []
        self.done = []
        self.stale = []

    def run(self):
        run = self.run_record
        self.price_list.load_prices(self.lines.product_id)
        # One recordset, so that what is read of one price is read of all.
        known = self.prices.browse(self.lines.known_id.ids).exists()
        self.known = {price.id: price for price in known}
        for line in self.lines:
            (self.done if self._apply(line) else self.stale).append(line.id)
        self.prices.create(self.created)
        # sudo: lines are closed to writes by hand.
        lines = self.lines.sudo()
        lines.browse(self.done).write({"applied": fields.Datetime.now()})
        lines.browse(self.stale).write(
            {
                "error_code": "changed_since",
                "error_text": run.env._("The price list changed since it was compared."),
            }
        )
        count(
            run,
            ["applied"] * len(self.done) + ["stale"] * len(self.stale),
            applied_id=self.lines[-1:].id,
        )

    def _apply(self, line):
        """Whether it was; not where the price list is no longer what was compared."""
        known = self.known.get(line.known_id.id)
        if line.verdict == "withdrawn":
            if known:
                known.date_end = last_day(max(self.day, line.valid_from or self.day))
            return bool(known)
        offer = self.comparison.offer(line, line.product_id)
        verdict = self.comparison.verdict(line.action, offer)
        seen = verdict.known.id == line.known_id.id if verdict.known else not line.known_id
        if verdict.kind != line.verdict or not seen or _moved(line, verdict):
            return False
        self._write(line, verdict)
        return True

    def _write(self, line, verdict):
        vals = self._vals(line)
        if verdict.kind == "new":
            self.created.append(vals)
            return
        before = self.known[verdict.known.id]
        if verdict.replaces:
            # What was ordered before is judged by what held then.
            before.date_end = last_day(line.valid_from)
            self.created.append(vals)
        else:
            before.write({name: vals[name] for name in OVERWRITTEN})

    def _vals(self, line):
        run = self.run_record
        return {
            "partner_id": run.partner_id.id,
            "company_id": run.company_id.id,
            "product_id": line.product_id.id,
            "product_tmpl_id": line.product_id.product_tmpl_id.id,
            "product_uom_id": line.uom_id.id,
            "product_code": line.seller_code,
            "product_name": line.item_name,
            "min_qty": line.minimum,
            "price": line.price,
            "discount": 0,
            "currency_id": self.price_list.currencies[line.currency_code],
            "date_start": line.valid_from,
            "date_end": line.valid_to,
            "contract_reference": run.contract,
        }


def _moved(line, verdict):
    """Whether the price it was measured by is another now."""
    return bool(verdict.known) and verdict.known.price != Fraction(rounded(line.old_price))


def finish_applying(run):
    move(run, "applied", applied_on=fields.Datetime.now())
    run.env["integration.audit"]._append(
        [
            {
                "action": "catalogue.applied",
                "res_model": run._name,
                "res_id": run.id,
                "company_id": run.company_id.id,
                "detail": {
                    "number": run.number or run.name,
                    "applied": run.applied_count,
                    "left": run.stale_count,
                    "by": run.applied_by_id.id,
                },
            }
        ]
    )
    asking.settle(run, run.env._("Applied"))
