"""Usage reports become orders: of what was used already, at the contract's price, sent to nobody and never received."""

from datetime import datetime, time

from odoo import Command
from odoo.exceptions import UserError

from ..core import usage as machine


class UsageReports:
    """What becomes of reports, by the acting user.

    How to use: ``UsageReports(env).confirm(reports)``. Whoever confirms buys: the order is theirs, and its approval
    the purchase application's.
    """

    def __init__(self, env):
        self.env = env

    def confirm(self, reports):
        """One confirmed order a report; the report and its order are one transaction."""
        for report in self._next(reports, "confirm"):
            if not report.line_ids:
                raise UserError(self.env._("%s: enter what was used.", report.display_name))
            order = self.env["purchase.order"].create(_order(report))
            # sudo: a report's order and state are closed to everybody; the right to buy was checked just now.
            closed = report.sudo()
            closed.write({"state": machine.CONFIRMED, "order_id": order.id})
            for line, order_line in zip(closed.line_ids, order.order_line.sudo(), strict=True):
                line.order_line_id = order_line
            order.button_confirm()
            self._tell(report, "confirmed", order=order.name)

    def cancel(self, reports):
        """Entered by mistake."""
        for report in self._next(reports, "cancel"):
            report.sudo().state = machine.CANCELLED  # sudo: as above
            self._tell(report, "cancelled")

    def reopen(self, reports):
        """Not a mistake after all."""
        for report in self._next(reports, "reopen"):
            report.sudo().state = machine.DRAFT  # sudo: as above

    def _next(self, reports, event):
        """The reports, locked, so that two people who decide at once make one order."""
        reports.check_access("write")
        reports.lock_for_update()
        reports.invalidate_recordset(["state"])
        for report in reports:
            if (report.state, event) not in machine.TRANSITIONS:
                raise UserError(self.env._("%s: this was decided already.", report.display_name))
        return reports

    def _tell(self, report, action, **detail):
        self.env["integration.audit"]._append(
            [
                {
                    "action": f"usage_report.{action}",
                    "res_model": report._name,
                    "res_id": report.id,
                    "company_id": report.company_id.id,
                    "detail": {"number": report.number, **detail},
                }
            ]
        )


def contract_price(line):
    """``(price for one of the line's unit, contract)`` in force on the day of use; ``(None, "")`` where there is none.

    The lowest of several: the supplier owes it. One in another currency says nothing.
    """
    # sudo: who enters what was used need not see vendor prices; the one agreed price is shown to them.
    report, product, unit = line.report_id, line.product_id.sudo(), line.product_uom_id
    supplier, day = report.partner_id.commercial_partner_id, report.used_on
    if not (product and unit and supplier and day):
        return None, ""
    found = [
        (_unit(row)._compute_price(row.price * (1 - row.discount / 100), unit), row)
        for row in product.seller_ids
        if row.contract_reference
        and row.partner_id.commercial_partner_id == supplier
        and row.product_id in (product, row.product_id.browse())
        and row.company_id in (report.company_id, row.company_id.browse())
        and row.currency_id == report.currency_id
        and (not row.date_start or row.date_start <= day)
        and (not row.date_end or row.date_end >= day)
        and _unit(row)._has_common_reference(unit)
    ]
    if not found:
        return None, ""
    price, row = min(found, key=lambda each: each[0])
    return price, row.contract_reference


def _unit(row):
    return row.product_uom_id or row.product_tmpl_id.uom_id


def _order(report):
    env = report.env
    partner = report.partner_id
    position = env["account.fiscal.position"].with_company(report.company_id)
    fiscal = position._get_fiscal_position(partner)
    used = datetime.combine(report.used_on, time(12))
    return {
        "partner_id": partner.id,
        "company_id": report.company_id.id,
        "currency_id": report.currency_id.id,
        "user_id": env.uid,
        "origin": report.display_name,
        "partner_ref": report.number,
        "match_bill_only": True,
        "match_usage_ref": report.number,
        # The day whose contract counts.
        "date_order": used,
        "fiscal_position_id": fiscal.id,
        "payment_term_id": partner.with_company(
            report.company_id
        ).property_supplier_payment_term_id.id,
        "order_line": [Command.create(_order_line(line, fiscal, used)) for line in report.line_ids],
    }


def _order_line(line, fiscal, used):
    product = line.product_id.with_context(lang=line.report_id.partner_id.lang)
    taxes = product.supplier_taxes_id._filter_taxes_by_company(line.company_id)
    return {
        "product_id": product.id,
        "name": "\n".join(
            filter(None, (product.display_name, line.lot and line.env._("Lot %s", line.lot)))
        ),
        "product_qty": line.quantity,
        "product_uom_id": line.product_uom_id.id,
        "price_unit": line.price_unit,
        "tax_ids": [Command.set(fiscal.map_tax(taxes).ids)],
        "date_planned": used,
    }
