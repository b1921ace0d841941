"""From records to the values the decision takes: one query per source, whatever the number of bills."""

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

from ..core.amendments import authorised
from ..core.exact import from_float
from ..core.lines import Bill, BillLine, Claim, Moved, OrderLine
from ..core.lots import named_lots
from ..core.scope import Subject
from .collect_advances import all_lines, down_payments, with_advances
from .collect_blankets import blankets
from .collect_goods import accepted, announced_lots, arrived_lots, used_lots
from .collect_terms import contracts, tax_rate, twins
from .confirmed import confirmed_terms
from .rates import RateBook
from .stored import remembered, stored_agreed
from .units import Units

BILL_TYPES = ("in_invoice", "in_receipt")


class Collector:
    """Reads what a match of ``bills`` needs; ``bills`` must be in superuser mode.

    How to use: ``Collector(bills, matches).bills()``. ``matches`` are those already stored.
    """

    def __init__(self, bills, matches):
        assert bills.env.su, (
            "a match reads orders, receipts and other bills whatever the user may see"
        )
        self.env = bills.env
        self.records = bills
        self.matches = {match.bill_id.id: match for match in matches}
        # Read once: each look at a JSON field copies all of it.
        self.agreed = {match.bill_id.id: match.agreed for match in matches}
        self._unit = Units()
        self._confirmed = {}
        self._book = RateBook(self.env)
        self._arrivals = defaultdict(list)
        self._suppliers = {}

    def bills(self):
        """``{bill record: core bill}``."""
        lines = self.records.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        order_lines = self._order_lines(lines.purchase_line_id)
        allowances = self._allowances()
        accounts = self._accounts()
        self._fetch_ranks(self.records)
        twins_of = twins(self.records, self._rank)
        by_bill = defaultdict(list)
        for line in lines:
            by_bill[line.move_id].append(self._bill_line(line, order_lines))
        return {
            bill: Bill(
                key=bill.id,
                lines=tuple(by_bill[bill]),
                rank=self._rank(bill),
                currency=bill.currency_id.name,
                must_have_order=self._must_have_order(bill),
                payee=bill.integration_payee_account or None,
                accounts=tuple(
                    bank.acc_number
                    for bank in accounts.get(bill.commercial_partner_id, ())
                    if bank.allow_out_payment or bank.create_date <= bill.create_date
                ),
                allowance=allowances.get(bill, Fraction(0)),
                rounding=from_float(bill.currency_id.rounding),
                day=bill.invoice_date or None,
                stated=_stated(bill),
                twins=twins_of[bill],
                supplier_block=_supplier_block(bill.commercial_partner_id),
                subject=_subject(bill),
                journal=bill.journal_id.id,
                entered=bill.create_date.date() if bill.create_date else None,
            )
            for bill in self.records
        }

    def _bill_line(self, line, order_lines):
        return BillLine(
            key=line.id,
            quantity=from_float(line.quantity),
            unit=self._unit_of(line),
            price=net_price(line),
            order=self._order_seen_by(line, order_lines),
            net=from_float(line.price_subtotal),
            gross=from_float(line.price_total),
            tax_rate=tax_rate(line.tax_ids),
            charge=line.integration_charge or None,
            account=line.account_id.id or None,
            lots=named_lots(line.match_lots or ""),
            rates=self._rates(line) if line.purchase_line_id else None,
            ordered_from=_ordered_from(line),
        )

    def _rates(self, line):
        """From the money of a line's order to that of its bill."""
        order_line = line.purchase_line_id
        return self._book.rates(order_line, line.move_id, self._arrivals[order_line])

    def _unit_of(self, line):
        """A bill line's unit; the order's where it has none, or where none is meant."""
        order_line = line.purchase_line_id
        no_unit = order_line.is_downpayment or not line.product_uom_id
        return self._unit(order_line.product_uom_id if no_unit else line.product_uom_id)

    def _order_seen_by(self, line, order_lines):
        """The order line, with what it said when this bill came."""
        order = order_lines.get(line.purchase_line_id)
        if order is None:
            return None
        if self._supplier(line.move_id) is None:
            order = replace(order, subject=replace(order.subject, supplier=None))
        kept = stored_agreed(self.agreed.get(line.move_id.id), order.key)
        agreed = kept or remembered(line.purchase_line_id, line.move_id)
        if agreed is None:
            return order
        confirmed = self._confirmed.get(line.purchase_line_id, ())
        return replace(order, agreed=authorised(agreed, confirmed))

    def _supplier(self, bill):
        """Once for each bill: it looks at all its lines."""
        if bill not in self._suppliers:
            self._suppliers[bill] = _supplier(bill)
        return self._suppliers[bill]

    def _order_lines(self, named):
        if not named:
            return {}
        paid_ahead = down_payments(named.order_id).order_id
        return with_advances(self._collect(named | all_lines(paid_ahead)), paid_ahead)

    def _collect(self, records):
        moves = self._moves(records)
        moved, claims = self._moved(records, moves), self._claims(records)
        passed = accepted(records, moves, self._unit)
        lots, announced = arrived_lots(moves, self._unit), announced_lots(records, self._unit)
        used = used_lots(records, self._unit)
        agreed_prices = contracts(records, self._unit)
        self._confirmed = confirmed_terms(records, self._unit)
        blanket_of = blankets(records.order_id, [*BILL_TYPES, "in_refund"], self._ranks, self._book)
        return {
            line: OrderLine(
                key=line.id,
                order=line.order_id.name,
                # Odoo writes none of a down payment; it is one of its price, and has no unit.
                quantity=1 if line.is_downpayment else from_float(line.product_qty),
                unit=self._unit(line.product_uom_id),
                price=net_price(line),
                currency=line.currency_id.name,
                confirmed=line.order_id.state == "purchase",
                three_way=line.qty_received_method == "stock_moves",
                received=moved[line],
                accepted=passed.get(line),
                lots=lots[line] or used[line],
                announced=announced[line],
                claims=tuple(claims[line]),
                packs=self._packs(line.product_id),
                contract=agreed_prices.get(line),
                blanket=blanket_of.get(line.order_id),
                promised=line.date_planned.date() if line.date_planned else None,
                tax_rate=tax_rate(line.tax_ids),
                subject=Subject(
                    line.order_id.id,
                    line.product_id.id or None,
                    _categories(line.product_id),
                    line.order_id.partner_id.commercial_partner_id.id,
                ),
            )
            for line in records
        }

    def _moves(self, order_lines):
        """``{finished move: +1 received or -1 returned}``, as the purchase application counts them."""
        moves = self.env["stock.move"].search_fetch(
            [("purchase_line_id", "in", order_lines.ids), ("state", "=", "done")],
            [
                "purchase_line_id",
                "quantity",
                "product_uom",
                "product_id",
                "location_dest_id",
                "date",
            ],
        )
        signs = {move: _direction(move) for move in moves}
        for move, sign in signs.items():
            if sign > 0:
                self._arrivals[move.purchase_line_id].append(move.date.date())
        return {
            move: sign
            for move, sign in signs.items()
            if sign and move.product_id == move.purchase_line_id.product_id
        }

    def _moved(self, order_lines, moves):
        """Finished moves per order line."""
        found = defaultdict(list)
        for move, sign in moves.items():
            quantity = sign * from_float(move.quantity)
            found[move.purchase_line_id].append(Moved(quantity, self._unit(move.product_uom)))
        for line in order_lines:
            if line not in found and line.qty_received:
                # A kit: its parts moved, the purchase application says how many whole ones that is.
                quantity = from_float(line.qty_received)
                found[line].append(Moved(quantity, self._unit(line.product_uom_id)))
        return defaultdict(tuple, {line: tuple(moved) for line, moved in found.items()})

    def _claims(self, order_lines):
        """Lines of all bills, and of posted credit notes, for the same order lines."""
        lines = self.env["account.move.line"].search_fetch(
            [
                ("purchase_line_id", "in", order_lines.ids),
                ("parent_state", "!=", "cancel"),
                ("display_type", "=", "product"),
                ("move_id.move_type", "in", [*BILL_TYPES, "in_refund"]),
            ],
            [
                "purchase_line_id",
                "quantity",
                "product_uom_id",
                "price_unit",
                "discount",
                "currency_id",
                "move_id",
            ],
        )
        self._fetch_ranks(lines.move_id)
        claims = defaultdict(list)
        for line in lines:
            credit = line.move_id.move_type == "in_refund"
            if credit and line.move_id.state != "posted":
                continue
            claims[line.purchase_line_id].append(
                Claim(
                    bill=line.move_id.id,
                    rank=self._rank(line.move_id),
                    quantity=from_float(line.quantity),
                    unit=self._unit_of(line),
                    price=net_price(line),
                    credit=credit,
                    corrects=line.move_id.reversed_entry_id.id or None,
                    currency=line.currency_id.name,
                    rates=self._rates(line),
                )
            )
        return claims

    def _fetch_ranks(self, moves):
        others = [move.id for move in moves if move.id not in self.matches]
        if others:
            found = self.env["purchase.match"].search_fetch(
                [("bill_id", "in", others)], ["bill_id", "posted_on"]
            )
            self.matches.update({match.bill_id.id: match for match in found})

    def _ranks(self, moves):
        self._fetch_ranks(moves)
        return {move: self._rank(move) for move in moves}

    def _rank(self, move):
        """Posted bills as they were posted, drafts behind them as they arrived."""
        if move.state != "posted":
            return (1, "", move.id)
        match = self.matches.get(move.id)
        posted = match.posted_on if match else None
        return (0, str(posted or move.date), move.id)

    def _allowances(self):
        """Money credited on a bill without naming an order line, without tax."""
        lines = self.env["account.move.line"].search_fetch(
            [
                ("move_id.reversed_entry_id", "in", self.records.ids),
                ("parent_state", "=", "posted"),
                ("display_type", "=", "product"),
                ("purchase_line_id", "=", False),
            ],
            ["move_id", "price_subtotal"],
        )
        allowances = defaultdict(Fraction)
        for line in lines:
            allowances[line.move_id.reversed_entry_id] += Fraction(from_float(line.price_subtotal))
        return allowances

    def _accounts(self):
        """Accounts of the suppliers whose document names a payee account.

        Whoever enters bills may add an account; one that was added after the bill came counts only once
        somebody with the right to do so trusted it.
        """
        partners = self.records.filtered("integration_payee_account").commercial_partner_id
        if not partners:
            return {}
        banks = self.env["res.partner.bank"].search_fetch(
            [("partner_id", "child_of", partners.ids)],
            ["acc_number", "partner_id", "allow_out_payment", "create_date"],
        )
        return banks.grouped(lambda bank: bank.partner_id.commercial_partner_id)

    def _must_have_order(self, bill):
        """It came over a connection that carries orders, or it has dropped an order line it named."""
        match = self.matches.get(bill.id)
        linked = match.linked_order_line_ids if match else self.env["purchase.order.line"]
        return bool(bill.integration_message_id or linked - bill.invoice_line_ids.purchase_line_id)

    def _packs(self, product):
        sizes = product.uom_id | product.uom_ids | product.seller_ids.product_uom_id
        base = self._unit(product.uom_id).base
        units = [self._unit(uom) for uom in sizes]
        return tuple(sorted({unit.factor for unit in units if unit.base == base}))


def _supplier(bill):
    """The supplier whose rows apply; None where the bill names another supplier's order.

    Changing the supplier on a held bill must not bring it under milder rows.
    """
    ordered_from = bill.invoice_line_ids.purchase_line_id.order_id.partner_id
    suppliers = bill.commercial_partner_id | ordered_from.commercial_partner_id
    return suppliers.id if len(suppliers) == 1 else None


def _ordered_from(line):
    """The supplier a line's order was placed with, where that is not who sent the bill."""
    supplier = line.purchase_line_id.order_id.partner_id.commercial_partner_id
    return supplier.name if supplier and supplier != line.move_id.commercial_partner_id else None


def _subject(bill):
    """What rows may name of a whole bill: its supplier, and its order where it is one."""
    orders = bill.invoice_line_ids.purchase_line_id.order_id
    return Subject(order=orders.id if len(orders) == 1 else None, supplier=_supplier(bill))


def _categories(product):
    """The product's category, then those above it."""
    path = (product.categ_id.parent_path or "").strip("/")
    return tuple(int(number) for number in reversed(path.split("/"))) if path else ()


def _stated(bill):
    """The total of the document the supplier sent; nothing for a bill that people entered."""
    return from_float(bill.integration_total) if bill.integration_message_id else None


def _supplier_block(supplier):
    return (supplier.bills_blocked_reason or "") if supplier.bills_blocked else None


def net_price(line):
    """The unit price less discount, exactly, and without the taxes it includes.

    The same price is written with tax on one document and without on the other.
    """
    price = (
        Fraction(from_float(line.price_unit)) * (100 - Fraction(from_float(line.discount))) / 100
    )
    if not any(tax.price_include for tax in line.tax_ids.flatten_taxes_hierarchy()):
        return price
    found = line.tax_ids.with_context(round_base=False).compute_all(
        float(price),
        line.currency_id,
        product=line.product_id,
        partner=line.partner_id,
        rounding_method="round_globally",
    )
    return Fraction(from_float(found["total_excluded"]))


def _direction(move):
    """+1 received, -1 returned, 0 neither: exactly as ``qty_received`` of the order line counts."""
    origin = move.origin_returned_move_id
    if move._is_purchase_return():
        return -1 if not origin or move.to_refund else 0
    if origin and origin._is_dropshipped() and not move._is_dropshipped_returned():
        return 0
    if origin and origin._is_purchase_return() and not move.to_refund:
        return 0
    return 1
