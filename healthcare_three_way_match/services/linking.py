"""Links bill lines that name no order: by evidence where it is strong, by a person's word where it is not."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..core.exact import from_float
from ..core.linking import Candidate, Clue, assign, rank
from .collect import BILL_TYPES, net_price
from .policies import policies_for
from .telling import Teller
from .units import Units

# The newest open order lines of a supplier that are looked at.
CANDIDATES = 1000
# A link says what the line is for; what the bill asks stays as it is.
KEPT = ("name", "quantity", "price_unit", "discount")


class Linking:
    """How to use: ``links = Linking(env).automatic(bills)``, compare, ``.record(links)``.

    For a person: ``.ranked(bill)``, ``.choose(bill line, order line)``.
    """

    def __init__(self, env):
        self.env = env
        self._units = Units()

    def automatic(self, bills):
        """Makes the links that need no person. Returns ``{bill line: Link}``."""
        # sudo: the evidence is the same whoever received the document; it changes which order a draft names.
        drafts = bills.sudo().filtered(lambda b: b.move_type in BILL_TYPES and b.state == "draft")
        made = {}
        for bill, policy in policies_for(drafts.env, drafts).items():
            lines = unlinked(bill) if policy.link_score else bill.invoice_line_ids.browse()
            if not lines:
                continue
            candidates = self._candidates(bill)
            clues = [self._clue(line) for line in lines]
            found = assign(clues, [self._core(line) for line in candidates], policy.link_score)
            made |= {lines.browse(key): link for key, link in found.items()}
        for bill_line, link in made.items():
            # sudo: as above.
            self._write(bill_line, self.env["purchase.order.line"].sudo().browse(link.candidate))
        return made

    def ranked(self, bill):
        """``{bill line: [(order line, Link), …]}`` of the lines that name no order, the likeliest first."""
        lines = unlinked(bill)
        if not lines or bill.state != "draft" or bill.move_type not in BILL_TYPES:
            return {}
        # sudo: who enters bills may lack the right to read orders; only what fits the bill is shown.
        candidates = self._candidates(bill.sudo())
        core = [self._core(line) for line in candidates]
        # sudo: the bill is the user's own; the columns that documents filled in are read.
        return {
            line: [(candidates.browse(link.candidate), link) for link in found]
            for line in lines
            if (found := rank(self._clue(line.sudo()), core))
        }

    def choose(self, bill_line, order_line_id):
        """A person's word: this line is for that order line."""
        bill = bill_line.move_id
        bill.check_access("write")
        offered = self.ranked(bill).get(bill_line, ())
        link = next((link for line, link in offered if line.id == order_line_id), None)
        if link is None:
            raise UserError(
                self.env._("This order line does not fit the bill line any more: look again.")
            )
        self._write(bill_line, self.env["purchase.order.line"].browse(order_line_id))
        self.record({bill_line: link}, self.env.user)

    def record(self, links, user=None):
        """Keeps beside the compared lines why they are linked, and by whom."""
        teller = Teller(self.env)
        for bill_line, link in links.items():
            # sudo: the table is closed to writes by hand.
            match = bill_line.sudo().move_id.match_ids
            line = match.line_ids.filtered(
                lambda line, key=bill_line.id: line.bill_line_id.id == key
            )
            reasons = [reason.value for reason in link.reasons]
            line.write(
                {
                    "link_score": link.score,
                    "link_reasons": reasons,
                    "link_user_id": user.id if user else False,
                }
            )
            teller.bill(
                "line.linked",
                bill_line.move_id,
                order_line=link.candidate,
                score=link.score,
                reasons=reasons,
                by="user" if user else "evidence",
            )
        teller.tell()

    def _write(self, bill_line, order_line):
        # sudo: for the product and unit of an order that the biller may not read.
        ordered = order_line.sudo()
        kept = {name: bill_line[name] for name in KEPT}
        unit = bill_line.product_uom_id or ordered.product_uom_id
        bill_line.move_id.write(
            {
                "invoice_line_ids": [
                    Command.update(
                        bill_line.id,
                        {
                            **kept,
                            "purchase_line_id": ordered.id,
                            "product_id": ordered.product_id.id,
                            "product_uom_id": unit.id,
                            "tax_ids": [Command.set(bill_line.tax_ids.ids)],
                        },
                    )
                ]
            }
        )

    def _candidates(self, bill):
        return bill.env["purchase.order.line"].search(
            Domain("company_id", "=", bill.company_id.id)
            & Domain("partner_id", "child_of", bill.commercial_partner_id.ids)
            & Domain("order_id.state", "=", "purchase")
            & Domain("order_id.invoice_status", "!=", "invoiced")
            & Domain("display_type", "=", False)
            & Domain("is_downpayment", "=", False),
            order="id desc",
            limit=CANDIDATES,
        )

    def _clue(self, line):
        supplier = line.move_id.commercial_partner_id
        return Clue(
            key=line.id,
            quantity=from_float(line.quantity),
            price=net_price(line),
            currency=line.currency_id.name,
            unit=self._units(line.product_uom_id) if line.product_uom_id else None,
            product=line.product_id.id or None,
            code=line.integration_item_code or next(iter(_codes(line.product_id, supplier)), None),
            gtin=line.integration_gtin or line.product_id.barcode or None,
            name=line.name or line.product_id.name or "",
        )

    def _core(self, line):
        product = line.product_id
        return Candidate(
            key=line.id,
            left=from_float(line.product_qty - line.qty_invoiced),
            price=net_price(line),
            currency=line.currency_id.name,
            unit=self._units(line.product_uom_id),
            product=product.id,
            codes=_codes(product, line.partner_id.commercial_partner_id),
            gtins=tuple(
                filter(None, [product.barcode, *product.product_uom_ids.mapped("barcode")])
            ),
            name=product.name or line.name or "",
        )


def unlinked(bill):
    """Lines with goods or services that name no order; a charge of the whole document never does."""
    return bill.invoice_line_ids.filtered(
        lambda line: (
            line.display_type == "product"
            and not line.purchase_line_id
            and not line.integration_charge
        )
    )


def _codes(product, supplier):
    """The codes by which the supplier knows the product."""
    rows = product.seller_ids.filtered(
        lambda row: row.product_code and row.partner_id.commercial_partner_id == supplier
    )
    return tuple(dict.fromkeys(rows.mapped("product_code")))
