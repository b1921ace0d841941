"""Functional acknowledgements and interchange numbers, as rules."""

import pytest

from odoo.addons.healthcare_procurement_connector.core import receipts
from odoo.addons.healthcare_procurement_connector.core.documents import (
    Envelope,
    Receipt,
    ReceiptError,
    ReceiptLine,
)
from odoo.addons.healthcare_procurement_connector.core.interchange import controls_of, normal
from odoo.addons.healthcare_procurement_connector.formats import FORMATS


def receipt(status, *lines, errors=()):
    return Receipt(
        number="1", status=status, scope="group", control="7", lines=lines, errors=errors
    )


class TestWhichGoOut:
    STATUSES = ("received", "accepted", "errors", "partial", "rejected")

    @pytest.mark.parametrize(
        ("policy", "places"), [("always", (1, 2, 3, 4, 5)), ("on_error", (3, 4, 5)), ("never", ())]
    )
    def test_policy(self, policy, places):
        assert receipts.wanted(self.STATUSES, policy) == places

    def test_only_formats_with_receipts_make_them(self):
        made = {code for code, each in FORMATS.items() if each.acknowledge}
        assert made == {"x12", "edifact", "ubl"}


class TestWhatIsTold:
    def test_our_own_line_counts(self):
        refused = ReceiptLine("0002", "rejected", errors=(ReceiptError("5"),))
        accepted = ReceiptLine("0001", "accepted")
        whole = receipt("partial", accepted, refused, errors=(ReceiptError("4"),))
        assert receipts.told_of(whole, "1").status == "accepted"
        told = receipts.told_of(whole, "0002")
        assert (told.status, [error.code for error in told.errors]) == ("rejected", ["4", "5"])

    def test_without_lines_the_whole_counts(self):
        assert receipts.told_of(receipt("rejected"), "1").status == "rejected"
        assert receipts.told_of(receipt("partial"), "1").status == "partial"

    def test_a_rejected_whole_is_no_better_for_naming_others(self):
        assert (
            receipts.told_of(receipt("rejected", ReceiptLine("9", "rejected")), "1").status
            == "rejected"
        )


class TestWords:
    @pytest.mark.parametrize(
        ("error", "syntax", "profile", "text"),
        [
            (ReceiptError("4"), "x12", "997", "4: number of segments differs"),
            (ReceiptError("3", "9 PO1"), "x12", "997", "3 at 9 PO1: mandatory segment missing"),
            (ReceiptError("8", "9 DTM/2"), "x12", "997", "8 at 9 DTM/2: invalid date"),
            (ReceiptError("025"), "x12", "TA1", "025: control number used before"),
            (
                ReceiptError("28"),
                "edifact",
                "CONTRL",
                "28: references of header and trailer differ",
            ),
            (ReceiptError("X99", None, "too late"), "edifact", "APERAK", "X99: too late"),
            (ReceiptError("777"), "x12", "997", "777"),
            (ReceiptError(None, None, "no"), "ubl", None, "-: no"),
        ],
    )
    def test_codes_are_told_with_their_meaning(self, error, syntax, profile, text):
        assert receipts.words([error], syntax, profile) == text


@pytest.mark.parametrize("text", ["", " ", None])
def test_no_reference_is_none(text):
    assert normal(text) is None


def test_references_are_compared_without_zeros():
    envelope = Envelope(control="000000120", group="120", reference="0001")
    assert controls_of(envelope) == ("120", "120", "1")
