"""What the simulated supplier decides, without any server."""

import doctest
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from odoo.addons.healthcare_procurement_connector.core.documents import (
    OrderChange,
    Party,
    TaxRate,
)

from tests.simulator import behaviour
from tests.simulator.behaviour import Profile, Tracking
from tests.simulator.faults import FaultError, Faults, read_faults
from tests.simulator.samples import SELLER, TODAY, line, order

PROFILE = Profile(
    account="NO9386011117947",
    tax=TaxRate("S", Decimal(25)),
    tracking={"VACCINE": Tracking("lot", 365), "S-GLOVE": Tracking("serial")},
)
NO_FAULTS = Faults()


def respond(**faults):
    return behaviour.respond(order(), PROFILE, read_faults(faults), TODAY, "OR-1")


def bill(advice=None, **faults):
    return behaviour.invoice(order(), PROFILE, read_faults(faults), TODAY, "INV-1", advice)


def ship(**faults):
    return behaviour.despatch(order(), PROFILE, read_faults(faults), TODAY, "DA-1", 7)


def test_doctests():
    assert doctest.testmod(behaviour).failed == 0


class TestResponse:
    def test_a_willing_supplier_accepts_without_lines(self):
        response = respond()
        assert (response.status, response.lines) == ("accepted", ())
        assert (response.order_number, response.seller) == ("P00001", SELLER)

    def test_a_shortage_promises_less_and_later(self):
        response = respond(short={"SYRINGE": {"quantity": "12", "days": 14}})
        assert response.status == "changed"
        assert [each.status for each in response.lines] == ["accepted", "changed", "accepted"]
        short = response.lines[1]
        assert short.quantity.value == 12
        assert short.promised.end == date(2026, 3, 18)

    def test_a_price_change_keeps_the_quantity(self):
        changed = respond(price={"3": "1.10"}).lines[2]
        assert (changed.status, changed.price.value, changed.quantity.value) == ("changed", 88, 5)

    def test_a_rejected_line_leaves_the_others(self):
        response = respond(reject=["S-GLOVE"])
        assert response.status == "changed"
        assert [each.status for each in response.lines] == ["rejected", "accepted", "accepted"]

    def test_all_lines_rejected_reject_the_order(self):
        response = respond(reject=["1", "2", "3"])
        assert (response.status, response.lines) == ("rejected", ())

    def test_it_can_answer_an_order_that_does_not_exist(self):
        assert respond(order_number="P99999").order_number == "P99999"

    def test_it_can_speak_in_another_suppliers_name(self):
        response = respond(seller={"name": "Other", "ids": [["0088", "1"]]})
        assert response.seller == Party("Other", (("0088", "1"),))


class TestAgreement:
    def test_what_was_promised_is_what_counts(self):
        response = respond(short={"2": {"quantity": "12"}}, price={"3": "1.10"}, reject=["1"])
        lines = behaviour.agreed(order(), response).lines
        assert [each.number for each in lines] == ["2", "3"]
        assert lines[0].quantity.value == 12
        assert lines[1].price.value == 88

    def test_a_rejected_order_has_nothing_left(self):
        assert behaviour.agreed(order(), respond(reject=["1", "2", "3"])).lines == ()

    def test_an_accepted_order_stays(self):
        assert behaviour.agreed(order(), respond()) == order()

    def test_a_change_replaces_deletes_and_adds_lines(self):
        first, _second, _third = order().lines
        change = OrderChange(
            number="P00001",
            revision=1,
            lines=(
                replace(first, action="change", quantity=replace(first.quantity, value=Decimal(1))),
                replace(line("2", "SYRINGE", "20", "12.50"), action="delete"),
                replace(line("4", "GAUZE", "3", "2.00"), action="add"),
            ),
        )
        after = behaviour.changed(order(), change)
        assert after.revision == 1
        assert [(each.number, each.quantity.value) for each in after.lines] == [
            ("1", 1),
            ("3", 5),
            ("4", 3),
        ]


class TestShipment:
    def test_everything_comes_in_one_numbered_package(self):
        advice = ship()
        assert [each.quantity.value for each in advice.lines] == [10, 20, 5]
        assert {each.package for each in advice.lines} == {advice.packages[0].id}
        assert advice.packages[0].sscc == behaviour.sscc("9521234", 7)

    def test_tracked_products_carry_lots_or_serials(self):
        serials, untracked, lot = (each.lots for each in ship().lines)
        assert [each.serial for each in serials] == [f"DA-1-1-{n}" for n in range(1, 11)]
        assert untracked == ()
        assert (lot[0].lot, lot[0].expiry, lot[0].quantity.value) == (
            "DA-1-3",
            date(2027, 3, 2),
            5,
        )

    def test_what_is_short_is_outstanding(self):
        short = ship(shipped={"SYRINGE": "15"}).lines[1]
        assert (short.quantity.value, short.outstanding.value) == (15, 5)

    def test_a_line_that_does_not_ship_is_not_announced(self):
        assert [each.number for each in ship(shipped={"1": "0"}).lines] == ["2", "3"]


class TestBill:
    def test_amounts_add_up(self):
        invoice = bill()
        assert [each.amount for each in invoice.lines] == [
            Decimal("42.50"),
            Decimal("250.00"),
            Decimal("400.00"),
        ]
        assert (invoice.total_excl, invoice.total_tax) == (Decimal("692.50"), Decimal("173.13"))
        assert invoice.payable == invoice.total_incl == Decimal("865.63")
        assert invoice.payee.account == "NO9386011117947"

    def test_only_what_was_shipped_is_billed(self):
        invoice = bill(ship(shipped={"1": "0", "2": "15"}))
        assert [(each.number, each.quantity.value) for each in invoice.lines] == [
            ("2", 15),
            ("3", 5),
        ]
        assert (invoice.despatch_number, invoice.lines[0].despatch_line) == ("DA-1", "2")

    def test_it_can_bill_more_and_dearer_than_agreed(self):
        invoice = bill(ship(), billed={"1": "12"}, billed_price={"2": "1.2"})
        assert invoice.lines[0].quantity.value == 12
        assert invoice.lines[1].price.value == 15
        assert invoice.total_excl == Decimal("751.00")

    def test_it_can_ask_for_another_account_under_a_known_number(self):
        invoice = bill(account="XX1", number="INV-0")
        assert (invoice.payee.account, invoice.number) == ("XX1", "INV-0")

    def test_an_unknown_order_is_named_everywhere(self):
        invoice = bill(order_number="P99999")
        numbers = {each.order_number for each in invoice.lines} | {invoice.order_number}
        assert numbers == {"P99999"}

    def test_a_credit_note_gives_back_some_of_it(self):
        note = behaviour.credit_note(
            bill(), PROFILE, NO_FAULTS, TODAY, "CN-1", {"SYRINGE": Decimal(2)}
        )
        assert (note.kind, note.corrects, note.total_excl) == ("credit_note", "INV-1", 25)
        assert [each.number for each in note.lines] == ["2"]

    def test_a_credit_note_gives_back_all_of_it(self):
        note = behaviour.credit_note(bill(), PROFILE, NO_FAULTS, TODAY, "CN-1")
        assert note.payable == bill().payable


class TestFaults:
    def test_an_unknown_fault_is_named(self):
        with pytest.raises(FaultError, match="shrot"):
            read_faults({"shrot": {}})

    def test_numbers_stay_exact(self):
        with pytest.raises(FaultError, match="exact"):
            read_faults({"price": {"1": 1.1}})
        with pytest.raises(FaultError, match="not a number"):
            read_faults({"price": {"1": "dear"}})

    def test_a_duplicate_says_how(self):
        with pytest.raises(FaultError, match="same_id"):
            read_faults({"duplicate": True})
