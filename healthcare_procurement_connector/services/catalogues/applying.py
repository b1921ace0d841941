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
        self.done = lines.browse()
        self.stale = lines.browse()

    def run(self):
        run = self.run_record
        self.price_list.load_prices(self.lines.product_id)
        known = self.prices.browse(self.lines.known_id.ids).exists()
        known.fetch(["price", "date_start", "date_end"])
        for line in self.lines:
            self._apply(line, known)
        self.prices.create(self.created)
        # sudo: lines are closed to writes by hand.
        self.done.sudo().write({"applied": fields.Datetime.now()})
        self.stale.sudo().write(
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

    def _apply(self, line, known):
        if line.verdict == "withdrawn":
            price = known.filtered(lambda each: each.id == line.known_id.id)
            if not price:
                self.stale |= line
                return
            price.date_end = last_day(max(self.day, line.valid_from or self.day))
        else:
            offer = self.comparison.offer(line, line.product_id)
            verdict = self.comparison.verdict(line.action, offer)
            same_as_seen = (
                verdict.known.id == line.known_id.id if verdict.known else not line.known_id
            )
            if verdict.kind != line.verdict or not same_as_seen or _moved(line, verdict):
                self.stale |= line
                return
            self._write(line, verdict)
        self.done |= line

    def _write(self, line, verdict):
        vals = self._vals(line)
        if verdict.kind == "new":
            self.created.append(vals)
            return
        before = self.prices.browse(verdict.known.id)
        if verdict.replaces:
            # What was ordered before is judged by what held then.
            before.date_end = last_day(line.valid_from)
            self.created.append(vals)
        else:
            for name in ("partner_id", "company_id", "product_id", "product_tmpl_id"):
                del vals[name]
            before.write(vals)

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
