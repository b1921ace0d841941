"""What the tests of the match share: a hospital, its people, orders, receipts and bills."""

from contextlib import contextmanager

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

PRICE_ROW = {
    "code": "PRICE",
    "upper_state": "value",
    "upper_percent": 2.0,
    "upper_absolute": 5.0,
}


def put_into_force(draft):
    """The way of every version: its author submits it, a second person approves it. Returns it for ``draft``'s user."""
    env = draft.env(su=True)
    approvers = env["res.users"].search([("login", "=", "match_policy_approver")])
    approver = approvers or new_test_user(
        env,
        "match_policy_approver",
        groups="base.group_user,healthcare_three_way_match.group_match_policy_approver",
        name="Paula Policy",
        company_id=draft.company_id.id,
        company_ids=[Command.set(draft.company_id.ids)],
    )
    approver.sudo().company_ids |= draft.company_id
    draft.action_submit()
    draft.with_user(approver).with_company(draft.company_id).action_approve()
    return draft


def amended(policy, **vals):
    """Another version in force in place of ``policy``, with ``vals``."""
    draft = policy._new_version()
    draft.write(vals)
    return put_into_force(draft)


class MatchCommon(AccountTestInvoicingCommon):
    """A company whose policy enforces 2 % and 5.00 on prices and exact quantities.

    ``buyer`` buys, ``clerk`` enters bills, ``approver`` decides, ``receiver`` validates receipts; none of
    them is a superuser.
    """

    @classmethod
    def get_default_groups(cls):
        manager = cls.env.ref("healthcare_procurement_connector.group_integration_manager")
        return super().get_default_groups() | manager

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.supplier = cls.env["res.partner"].create({"name": "Mediline", "is_company": True})
        cls.gloves, cls.syringes = cls.env["product.product"].create(
            [
                {"name": name, "type": "consu", "is_storable": True, "supplier_taxes_id": False}
                for name in ("Nitrile gloves", "Syringe 5 ml")
            ]
        )
        cls.policy = cls.env["purchase.match.policy"].create(
            {
                "name": "All suppliers",
                "company_id": cls.company.id,
                "mode": "enforce",
                "tolerance_ids": [Command.create(PRICE_ROW)],
            }
        )
        cls.buyer = cls._person("buyer", "purchase.group_purchase_user")
        cls.receiver = cls._person("receiver", "stock.group_stock_user")
        cls.clerk = cls._person(
            "clerk", "account.group_account_invoice", "healthcare_three_way_match.group_match_user"
        )
        cls.approver = cls._person(
            "approver",
            "account.group_account_invoice",
            "healthcare_three_way_match.group_match_approver",
        )
        cls.policy.finance_user_id = cls.approver
        put_into_force(cls.policy)

    def _amend(self, row=None, **vals):
        """Another version in force in place of ``policy``: with ``vals``, its first row with the values ``row``."""
        draft = self.policy._new_version()
        if row:
            draft.tolerance_ids[:1].write(row)
        if vals:
            draft.write(vals)
        self.policy = put_into_force(draft)
        return draft

    @classmethod
    def _person(cls, login, *groups):
        return new_test_user(
            cls.env(su=True),
            f"match_{login}",
            groups=",".join(("base.group_user", *groups)),
            name=login.capitalize(),
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            context={"mail_create_nolog": True, "no_reset_password": True},
        )

    def _order(self, *lines, buyer=None, **vals):
        """A confirmed order of ``(product, quantity, price)`` lines."""
        order = (
            self.env["purchase.order"]
            .with_user(buyer or self.buyer)
            .create(
                {
                    "partner_id": self.supplier.id,
                    "user_id": (buyer or self.buyer).id,
                    "order_line": [
                        Command.create(
                            {
                                "name": product.name,
                                "product_id": product.id,
                                "product_qty": quantity,
                                "product_uom_id": product.uom_id.id,
                                "price_unit": price,
                                "tax_ids": [Command.clear()],
                                "date_planned": fields.Datetime.now(),
                            }
                        )
                        for product, quantity, price in lines
                    ],
                    **vals,
                }
            )
        )
        order.button_confirm()
        self.assertEqual(order.state, "purchase")
        return order.with_env(self.env)

    def _receive(self, order, *quantities):
        """Receives these quantities, line by line; the rest stays in a backorder."""
        picking = order.picking_ids.filtered(lambda p: p.state not in ("done", "cancel"))
        for line, quantity in zip(order.order_line, quantities, strict=True):
            picking.move_ids.filtered(
                lambda m, line=line: m.purchase_line_id == line
            ).quantity = quantity
        picking.with_user(self.receiver).with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def _bill(self, order, *lines, user=None, **vals):
        """A draft bill with ``(quantity, price)`` per order line, entered by the clerk."""
        bills = self.env["account.move"].with_user(user or self.clerk)
        # Evidence is written by the service that received the document, not by hand.
        return (
            bills.sudo("integration_payee_account" in vals)
            .create(
                {
                    "move_type": "in_invoice",
                    "partner_id": self.supplier.id,
                    "invoice_date": fields.Date.today(),
                    "ref": vals.pop("ref", f"INV-{order.name}-{self._next()}"),
                    "currency_id": order.currency_id.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": order_line.product_id.id,
                                "purchase_line_id": order_line.id,
                                "quantity": quantity,
                                "product_uom_id": order_line.product_uom_id.id,
                                "price_unit": price,
                                "tax_ids": [Command.clear()],
                            }
                        )
                        for order_line, (quantity, price) in zip(
                            order.order_line, lines, strict=True
                        )
                    ],
                    **vals,
                }
            )
            .sudo(False)
        )

    def _next(self):
        self.number = getattr(self, "number", 0) + 1
        return self.number

    def _credit_note(self, bill, *lines, user=None):
        """A posted credit note for this bill: ``(quantity, price)`` per bill line."""
        note = (
            self.env["account.move"]
            .with_user(user or self.clerk)
            .create(
                {
                    "move_type": "in_refund",
                    "partner_id": self.supplier.id,
                    "invoice_date": fields.Date.today(),
                    "ref": f"CN-{bill.ref}-{self._next()}",
                    "reversed_entry_id": bill.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": line.product_id.id,
                                "purchase_line_id": line.purchase_line_id.id,
                                "quantity": quantity,
                                "price_unit": price,
                                "tax_ids": [Command.clear()],
                            }
                        )
                        for line, (quantity, price) in zip(
                            bill.invoice_line_ids, lines, strict=True
                        )
                        if quantity
                    ],
                }
            )
        )
        note.action_post()
        return note

    def _match(self, bill):
        return self.env["purchase.match"].search([("bill_id", "=", bill.id)])

    def _hold(self, bill, code, user=None):
        hold = self._match(bill).hold_ids.filtered(
            lambda h: h.code == code and h.state in ("open", "disputed")
        )
        self.assertEqual(len(hold), 1, f"one active {code} hold")
        return hold.with_user(user) if user else hold

    def _codes(self, bill, *states):
        holds = self._match(bill).hold_ids
        return sorted(holds.filtered(lambda h: h.state in (states or ("open",))).mapped("code"))

    def _decide(self, hold, decision, reason="agreed by phone"):
        """As a person does it: the button, the dialog, the reason."""
        action = getattr(hold, f"action_{decision}")()
        wizard = self.env[action["res_model"]].with_user(hold.env.user).browse(action["res_id"])
        wizard.reason = reason
        return wizard.action_decide()

    @contextmanager
    def refused(self, message, error=UserError):
        """The act fails with this message, and leaves nothing behind."""
        with self.assertRaises(error) as caught:
            yield
            self.env.flush_all()
        self.assertRegex(str(caught.exception), message)

    def _pay(self, bill, amount=None, user=None):
        """Through the payment dialog."""
        action = bill.with_user(user or self.clerk).action_force_register_payment()
        wizard = (
            self.env["account.payment.register"]
            .with_user(user or self.clerk)
            .with_context(**action["context"])
            .create({} if amount is None else {"amount": amount})
        )
        return wizard._create_payments()
