"""The checks before an order leaves: facts of a whole batch, one query a source, decided in core/checks.py."""

import json
from collections import defaultdict
from fractions import Fraction

from odoo import fields

from ..core.checks import (
    CHECKS,
    ContractPrice,
    LineFacts,
    OrderFacts,
    SupplierFacts,
    price_that_holds,
    rules_for,
)
from ..core.exceptions import BusinessError
from .insert_rows import insert_rows
from .numbers import exact, rounded
from .prices import net_price
from .units import ratio

CHECKED = ("order", "order_change")


class CheckFailed(BusinessError):
    """``owner``: the id of the user who is asked."""

    default_code = "check_failed"

    def __init__(self, message, owner):
        super().__init__(message)
        self.owner = owner


def check(env, messages):
    """{message: CheckFailed} for the orders that must not leave; each verdict is stored.

    What somebody overrode stays overridden as long as the check finds the same.
    """
    # sudo: rules, approvals and contracts are looked at for the check and shown to nobody.
    rules = env["integration.check"].sudo()._rules()
    by_message = {}
    for message in messages.filtered(_is_checked):
        held_by = rules_for(rules, message.company_id.id, message.route_id.id)
        if held_by:
            by_message[message] = held_by
    if not by_message:
        return {}
    return _Checking(env(su=True), by_message).run()


def _is_checked(message):
    return message.document_type in CHECKED and message.res_model == "purchase.order"


class _Checking:
    def __init__(self, env, rules):
        self.env = env
        self.rules = rules
        self.day = fields.Date.today()
        self.overridden = _overridden(env, list(rules))

    def run(self):
        orders = self.env["purchase.order"].browse({message.res_id for message in self.rules})
        facts = OrderFactsReader(orders.exists(), self.day)
        failed, rows = {}, []
        for message, rules in self.rules.items():
            order = orders.browse(message.res_id)
            texts, owners = [], []
            for rule in rules:
                verdict = CHECKS[rule.check].decide(facts.of(order), rule.settings)
                told = [self._text(finding) for finding in verdict.findings]
                waived = (message.id, rule.check, "\n".join(told)) in self.overridden
                rows.append(self._row(message, rule, verdict, told))
                if told and not waived:
                    texts += told
                    owners.append(self._owner(rule, order))
            if texts:
                failed[message] = CheckFailed(" ".join(texts), owners[0])
        insert_rows(self.env["integration.check.verdict"], rows)
        return failed

    def _row(self, message, rule, verdict, told):
        return {
            "message_id": message.id,
            "company_id": message.company_id.id,
            "check_id": rule.id,
            "code": rule.check,
            "passed": verdict.passed,
            "findings": "\n".join(told) or None,
            "inputs": json.dumps(dict(verdict.inputs)),
            "checked": fields.Datetime.now(),
        }

    def _owner(self, rule, order):
        record = self.env["integration.check"].browse(rule.id)
        return (record.user_id or order.user_id).id

    def _text(self, finding):
        return _texts(self.env)[finding.code] % dict(finding.values)


def _overridden(env, messages):
    rows = env["integration.check.verdict"].search(
        [
            ("message_id", "in", [message.id for message in messages]),
            ("overridden_by_id", "!=", False),
        ]
    )
    return {(row.message_id.id, row.code, row.findings) for row in rows}


class OrderFactsReader:
    """What the checks look at, read for all orders together."""

    def __init__(self, orders, day):
        self.env = orders.env
        self.day = day
        suppliers = orders.partner_id.commercial_partner_id
        self._suppliers = {supplier.id: _supplier(supplier) for supplier in suppliers}
        self._prices = self._contract_prices(orders, suppliers)
        self._budgets = self.env["integration.check"]._budget_left(orders)
        self._facts = {order.id: self._order(order) for order in orders}

    def of(self, order):
        return self._facts[order.id]

    def _order(self, order):
        supplier = order.partner_id.commercial_partner_id
        site = order.picking_type_id.warehouse_id.id
        return OrderFacts(
            name=order.name,
            day=self.day,
            supplier=self._suppliers[supplier.id],
            site=site or None,
            supplier_reference=order.partner_ref or None,
            origin=order.origin or None,
            budget_left=self._budgets.get(order.id),
            lines=tuple(
                self._line(line, supplier, site)
                for line in order.order_line
                if line.product_id and not line.display_type and line.product_qty
            ),
        )

    def _line(self, line, supplier, site):
        product = line.product_id
        quantity = Fraction(exact(line, "product_qty"))
        known = self._prices[supplier.id, product.id]
        prices = [_price(each, line.product_uom_id) for each in known]
        day = line.order_id.date_order.date()
        holding = price_that_holds(prices, quantity, line.currency_id.id, day, site)
        return LineFacts(
            name=product.display_name,
            quantity=quantity,
            price=Fraction(net_price(line)),
            contract=holding.price if holding else None,
            contract_reference=holding.reference if holding else None,
            has_contracts=bool(known),
            sites=frozenset((product.allowed_site_ids or product.categ_id.allowed_site_ids).ids),
            controlled=product.controlled_substance,
            has_cost_centre=bool(line.analytic_distribution),
        )

    def _contract_prices(self, orders, suppliers):
        """{(supplier, product): vendor prices with a contract reference}, in one query."""
        products = orders.order_line.product_id
        rows = self.env["product.supplierinfo"].search(
            [
                ("contract_reference", "!=", False),
                ("product_tmpl_id", "in", products.product_tmpl_id.ids),
                ("partner_id.commercial_partner_id", "in", suppliers.ids),
                ("company_id", "in", [False, *orders.company_id.ids]),
            ]
        )
        by_template = products.grouped("product_tmpl_id")
        found = defaultdict(list)
        for row in rows:
            for product in row.product_id or by_template[row.product_tmpl_id]:
                found[row.partner_id.commercial_partner_id.id, product.id].append(row)
        return found


def _supplier(partner):
    licences = {"controlled": partner.controlled_licence_until}
    return SupplierFacts(
        approval=partner.supplier_approval or None,
        approved_until=partner.supplier_approved_until or None,
        certificate_until=partner.supplier_certificate_until or None,
        sites=frozenset(partner.delivery_site_ids.ids),
        licences={name: until for name, until in licences.items() if until},
    )


def _price(row, uom):
    """A vendor price for one of ``uom``."""
    factor = ratio(uom, row.product_uom_id)
    price = Fraction(rounded(row.price * (1 - row.discount / 100)))
    return ContractPrice(
        price=price * factor,
        minimum=Fraction(rounded(row.min_qty)) / factor,
        currency=row.currency_id.id,
        reference=row.contract_reference,
        valid_from=row.date_start or None,
        valid_to=row.date_end or None,
        site=row.site_id.id or None,
    )


def _texts(env):
    return {
        "not_approved": env._("The supplier is not approved."),
        "suspended": env._("The supplier is suspended."),
        "approval_expired": env._("The supplier's approval ended on %(day)s."),
        "certificate_expired": env._("The supplier's certificate ended on %(day)s."),
        "no_contract_price": env._("%(item)s: no contract price holds for this day and quantity."),
        "above_contract": env._(
            "%(item)s: %(price)s is above the price %(contract)s of contract %(reference)s."
        ),
        "not_for_site": env._("%(item)s may not be ordered for this site."),
        "no_licence": env._(
            "%(item)s: the supplier has no valid licence for controlled substances."
        ),
        "not_delivered_there": env._("The supplier does not deliver to this site."),
        "no_supplier_reference": env._("The vendor reference is missing."),
        "no_origin": env._("The source document is missing."),
        "no_cost_centre": env._("A line has no cost centre."),
        "over_budget": env._("The budget is exceeded by %(by)s."),
    }
