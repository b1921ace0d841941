"""A supplier that exchanges files, between a buyer's two folders."""

import pytest

from odoo.addons.healthcare_procurement_connector.core.documents import OrderResponse
from odoo.addons.healthcare_procurement_connector.formats import parse, render

from tests.simulator.client import Supplier, wait_for
from tests.simulator.samples import order


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "files"


@pytest.fixture
def supplier(folder):
    with Supplier([{"code": "files", "folder": str(folder)}]) as process:
        yield process


def left(folder):
    return [file for file in (folder / "in").glob("[!.]*") if file.suffix != ".done"]


def leave(folder, name, raw):
    (folder / "out" / f".{name}.part").write_bytes(raw)
    (folder / "out" / f".{name}.part").rename(folder / "out" / name)


def test_an_order_is_taken_and_answered(supplier, folder):
    leave(folder, "order-1.xml", render(order(), "ubl"))
    assert wait_for(lambda: left(folder))
    (file,) = left(folder)
    (answer,) = parse(file.read_bytes())
    assert isinstance(answer, OrderResponse)
    assert answer.order_number == order().number
    assert file.with_name(f"{file.name}.done").exists()
    assert (folder / "taken" / "order-1.xml").exists()
    (received,) = supplier.orders("files")
    assert (received["key"], received["times"]) == ("order-1.xml", 1)


def test_what_is_no_document_is_in_the_books(supplier, folder):
    leave(folder, "noise", b"noise")
    assert wait_for(lambda: supplier.refused("files"))
    assert "noise" in supplier.refused("files")[0]["reason"]
    assert not left(folder)


def test_its_documents_are_left_complete(supplier, folder):
    leave(folder, "order-2.xml", render(order(), "ubl"))
    assert wait_for(lambda: supplier.orders("files"))
    answer = supplier.send("files", "invoice", order=order().number)
    assert answer["status"] == 202
    assert (folder / "in" / answer["body"]).exists()
