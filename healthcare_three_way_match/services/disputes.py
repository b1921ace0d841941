"""Tells suppliers what of their bills is disputed: by their connection, else by mail, else a person does."""

from markupsafe import Markup

from odoo import fields
from odoo.fields import Domain

from odoo.addons.healthcare_procurement_connector.core.documents import (
    Clarification,
    InvoiceResponse,
)
from odoo.addons.healthcare_procurement_connector.services.parties import party_of

from ..core import disputes, holds
from ..core.verdict import Code
from .telling import Teller
from .wording import hold_sentence

UNDER_QUERY = "under_query"
TEMPLATE = "healthcare_three_way_match.mail_template_dispute"


class Disputes:
    """Tells about the bills of holds that were just disputed; once a bill, whatever the number of holds."""

    def __init__(self, env):
        self.env = env

    def tell(self, disputed):
        """``disputed``: holds, in superuser mode. In the transaction of the decision; nothing leaves before it."""
        assert disputed.env.su
        bills = told_holds(disputed).bill_id
        routes = self._routes(bills)
        teller = Teller(self.env)
        self._queue(bills.filtered(lambda bill: bill in routes), routes)
        for bill in bills:
            way = "message" if bill in routes else self._by_mail_or_person(bill)
            teller.bill("dispute.told", bill, way=way)
        teller.tell()

    def _routes(self, bills):
        """{bill: route} of those whose supplier takes invoice responses; its own route before a general one."""
        found = bills.env["integration.route"].search(
            Domain("direction", "=", "out")
            & Domain("document_type", "=", "invoice_response")
            & Domain("company_id", "in", bills.company_id.ids)
            & Domain("endpoint_id.active", "=", True)
            & Domain("date_from", "<=", fields.Date.today())
        )
        routes = {}
        for bill in bills:
            supplier = bill.commercial_partner_id
            fitting = [
                route
                for route in found.sorted(lambda route: not route.partner_id)
                if route.company_id == bill.company_id
                and supplier in route.endpoint_id.partner_ids
                and route.partner_id in (supplier, supplier.browse())
            ]
            if fitting:
                routes[bill] = fitting[0]
        return routes

    def _queue(self, bills, routes):
        if not bills:
            return
        bills.env["integration.message"].create(
            [
                {
                    "direction": "out",
                    "document_type": "invoice_response",
                    "state": "queued",
                    "endpoint_id": routes[bill].endpoint_id.id,
                    "route_id": routes[bill].id,
                    "company_id": bill.company_id.id,
                    "partner_id": bill.commercial_partner_id.id,
                    "number": bill.ref,
                    "business_ref": bill.business_ref,
                    "business_key": f"bill:{bill.id}",
                    "res_model": bill._name,
                    "res_id": bill.id,
                }
                for bill in bills
            ]
        )
        self.env["integration.drain"]._wake("out")

    def _by_mail_or_person(self, bill):
        supplier = bill.commercial_partner_id
        # Where no mail server is set up, a mail would wait in its queue for ever.
        if supplier.email and bill.env["ir.mail_server"].search_count([], limit=1):
            lang = supplier.lang or self.env.lang
            template = bill.env.ref(TEMPLATE).with_context(lang=lang)
            template.with_context(disputed=sentences(bill.with_context(lang=lang))).send_mail(
                bill.id
            )
            return "mail"
        # A receiver may dispute what they may not open: then finance phones.
        people = self.env.user | bill.match_ids.policy_id.finance_user_id | bill.create_uid
        able = people.filtered(lambda user: bill.with_user(user).has_access("read"))
        if not able:
            return "nobody"
        bill.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=able[0].id,
            summary=self.env._("Tell %s what is disputed", supplier.display_name),
            note=Markup("<br/>").join(sentences(bill)),
        )
        return "person"


def told_holds(holds_of_bills):
    """Those that are disputed, and that the supplier is told."""
    return holds_of_bills.filtered(
        lambda hold: hold.state == holds.DISPUTED and Code(hold.code) not in disputes.UNTOLD
    )


def sentences(bill):
    """One for each thing in dispute, for the supplier's eyes: numbers, never what people typed."""
    return [
        f"{hold.line_label}: {hold_sentence(hold)}" if hold.line_label else hold_sentence(hold)
        for hold in told_holds(bill.match_hold_ids)
    ]


def response(bill, mappings):
    """The bill's answer as it stands when the message is made."""
    disputed = told_holds(bill.match_hold_ids)
    whole = bill.currency_id.compare_amounts(bill.match_withheld, bill.amount_total) >= 0
    reasons = tuple(
        Clarification("reason", disputes.reason(Code(hold.code)), text)
        for hold, text in zip(disputed, sentences(bill), strict=True)
    )
    action = disputes.CREDIT_ALL if whole else disputes.CREDIT_PART
    return InvoiceResponse(
        number=f"{bill.ref}-{bill.id}",
        status=UNDER_QUERY if disputed else "accepted",
        issued=mappings.day,
        invoice_number=bill.ref,
        invoice_issued=bill.invoice_date or None,
        buyer=party_of(bill.company_id.partner_id, True),
        seller=party_of(bill.commercial_partner_id, False),
        clarifications=(*reasons, Clarification("action", action)) if disputed else (),
    )
