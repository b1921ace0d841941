from dataclasses import replace
from decimal import Decimal

from odoo.tests import HttpCase, tagged

from ..core import documents as doc
from .test_mapping_versions import GROUP, MappingCase


@tagged("post_install", "-at_install")
class TestMappingTour(MappingCase, HttpCase):
    def test_an_unknown_code_is_answered_and_approved(self):
        self.mapping.line_ids = [self.added("OUT", direction="out")]
        order = self.confirmed_order([(self.gloves, 2, 4, self.crate)])
        bill = self.invoice_for(order)
        lines = tuple(
            replace(line, quantity=doc.Quantity(Decimal(2), "XCR")) for line in bill.lines
        )
        message = self.receive(replace(bill, lines=lines))
        exception = self.open_exceptions(message)
        self._user("tour_operator", GROUP + "operator")
        self.start_tour(
            f"/odoo/integration-exceptions/{exception.id}",
            "healthcare_mapping_answer",
            login="tour_operator",
        )
        self.env.invalidate_all()
        draft = exception.mapping_draft_id
        self.assertEqual(draft.status, "asked")
        self.start_tour(
            f"/odoo/integration-mappings/{draft.id}",
            "healthcare_mapping_approval",
            login="mapping_approver",
        )
        self.env.invalidate_all()
        self.assertEqual((draft.status, draft.approved_by_id), ("active", self.approver))
        self.assertEqual(message.state, "received")
