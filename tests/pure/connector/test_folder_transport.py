"""Folders on a disk: nothing half, nothing twice, and nowhere else."""

import os
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.healthcare_procurement_connector.core.exceptions import (
    AmbiguousError,
    PermanentError,
    TransientError,
)
from odoo.addons.healthcare_procurement_connector.core.file_looks import (
    Look,
    Seen,
    choose,
    is_plain,
)
from odoo.addons.healthcare_procurement_connector.transports import folder as module
from odoo.addons.healthcare_procurement_connector.transports.base import Limits, Request
from odoo.addons.healthcare_procurement_connector.transports.files import Folders
from odoo.addons.healthcare_procurement_connector.transports.folder import (
    FolderPlace,
    FolderTransport,
)

NAME = "order-P00012-5f0c.xml"


@pytest.fixture(name="root")
def _root(tmp_path):
    for name in ("out", "in", "done", "error"):
        (tmp_path / "root" / "supplier" / name).mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("not yours")
    return tmp_path / "root"


def place(root, path="supplier", **folders):
    return FolderPlace(str(root), path, Folders(**folders))


def put(where, name=NAME, body=b"<Order/>", limits=Limits()):  # noqa: B008 - frozen
    request = Request("", body, transport="folder", access=where, name=name)
    return FolderTransport().send(request, limits)


def refused(kind, code, call):
    with pytest.raises(kind) as caught:
        call()
    assert (type(caught.value), caught.value.code) == (kind, code)


def visiting(where, limits=Limits(max_reply_bytes=1000)):  # noqa: B008 - frozen
    return FolderTransport().visit(where, limits)


def test_a_file_appears_whole_or_not_at_all(root):
    seen, stop = set(), threading.Event()
    out = root / "supplier" / "out"

    def watch():
        while not stop.is_set():
            for path in out.glob("*.xml"):
                seen.add(path.stat().st_size)

    watcher = threading.Thread(target=watch)
    watcher.start()
    body = os.urandom(3_000_000)
    for number in range(10):
        put(place(root), f"order-{number}.xml", body)
    stop.set()
    watcher.join()
    assert seen == {len(body)}
    assert {path.read_bytes() == body for path in out.iterdir()} == {True}
    assert len(list(out.iterdir())) == 10


def test_a_repeat_is_the_same_file(root):
    assert put(place(root)).status == 201
    assert put(place(root)).status == 200
    assert [path.name for path in (root / "supplier" / "out").iterdir()] == [NAME]


def test_a_name_that_another_file_has_is_refused(root):
    (root / "supplier" / "out" / NAME).write_bytes(b"other")
    refused(PermanentError, "name_taken", lambda: put(place(root)))


def test_what_a_dead_attempt_left_is_overwritten(root):
    left = root / "supplier" / "out" / f".{NAME}.part"
    left.write_bytes(b"half" * 1000)
    put(place(root))
    assert (root / "supplier" / "out" / NAME).read_bytes() == b"<Order/>"
    assert not left.exists()


@pytest.mark.parametrize(
    "path, code",
    [
        ("../", "bad_folder"),
        ("supplier/../..", "bad_folder"),
        ("./supplier", "bad_folder"),
        ("supplier//x", "bad_folder"),
        ("a\x00b", "bad_folder"),
        ("a\\b", "bad_folder"),
    ],
)
def test_no_path_leads_out(root, path, code):
    refused(PermanentError, code, lambda: put(place(root, path)))
    refused(PermanentError, code, lambda: put(place(root, out=path)))


@pytest.mark.parametrize("name", ["../x.xml", "/etc/x", ".hidden", "a\x00", "x" * 300])
def test_no_name_leads_out(root, name):
    refused(PermanentError, "bad_name", lambda: put(place(root), name))


def test_links_lead_nowhere(root, tmp_path):
    outside = tmp_path / "outside"
    (outside / "out").mkdir(parents=True)
    (root / "linked").symlink_to(outside)
    refused(PermanentError, "not_a_folder", lambda: put(place(root, "linked")))
    out = root / "supplier" / "out"
    out.rmdir()
    out.symlink_to(outside)
    refused(PermanentError, "not_a_folder", lambda: put(place(root)))
    assert list(outside.rglob("*.xml")) == []


def test_links_in_place_of_files_are_not_followed(root, tmp_path):
    secret = tmp_path / "secret.txt"
    out, pending = root / "supplier" / "out", root / "supplier" / "in"
    (out / f".{NAME}.part").symlink_to(secret)
    refused(PermanentError, "symlink", lambda: put(place(root)))
    (out / f".{NAME}.part").unlink(missing_ok=True)
    os.link(secret, out / f".{NAME}.part")
    refused(PermanentError, "not_a_file", lambda: put(place(root)))
    (out / NAME).symlink_to(secret)
    refused(PermanentError, "name_taken", lambda: put(place(root)))
    assert secret.read_text() == "not yours"
    (pending / "a.xml").symlink_to(secret)
    os.link(secret, pending / "b.xml")
    os.mkfifo(pending / "c.xml")
    with visiting(place(root)) as visit:
        assert "a.xml" not in visit.look() and "c.xml" not in visit.look()
        refused(PermanentError, "symlink", lambda: visit.fetch("a.xml"))
        refused(PermanentError, "not_a_file", lambda: visit.fetch("b.xml"))
        refused(PermanentError, "not_a_file", lambda: visit.fetch("c.xml"))


def test_a_folder_swapped_for_a_link_while_we_are_in_it(root, tmp_path):
    pending = root / "supplier" / "in"
    (pending / "a.xml").write_bytes(b"mine")
    (tmp_path / "trap").mkdir()
    (tmp_path / "trap" / "a.xml").write_bytes(b"trap")
    with visiting(place(root)) as visit:
        visit.look()
        pending.rename(root / "supplier" / "moved")
        pending.symlink_to(tmp_path / "trap")
        assert visit.fetch("a.xml") == b"mine"
        visit.finish("a.xml", taken=True)
    assert (root / "supplier" / "done" / "a.xml").read_bytes() == b"mine"
    assert (tmp_path / "trap" / "a.xml").exists()


def test_what_the_disk_says_is_told(root, monkeypatch):
    refused(TransientError, "no_folder", lambda: put(place(root, "nobody")))
    refused(PermanentError, "no_root", lambda: put(FolderPlace("", "supplier")))
    refused(TransientError, "timeout", lambda: put(place(root), limits=Limits(total_seconds=-1)))
    assert list((root / "supplier" / "out").iterdir()) == []

    def full(*_arguments, **_folders):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(module.os, "rename", full)
        refused(TransientError, "disk_full", lambda: put(place(root)))
    assert list((root / "supplier" / "out").iterdir()) == []
    calls = []

    def second_fails(number):
        calls.append(number)
        if len(calls) == 2:
            raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(module.os, "fsync", second_fails)
        refused(AmbiguousError, "not_confirmed", lambda: put(place(root)))


def test_the_connection_is_tried_without_a_trace(root):
    assert put(place(root), "", b"").status == 204
    assert [path for path in root.rglob("*") if path.is_file()] == []
    refused(TransientError, "no_folder", lambda: put(place(root, pending="gone"), "", b""))


def test_files_are_fetched_and_moved(root):
    pending = root / "supplier" / "in"
    for name, content in (("a.xml", b"1"), ("b.xml", b"22"), ("b.xml.done", b""), ("c.part", b"3")):
        (pending / name).write_bytes(content)
    (pending / "folder").mkdir()
    with visiting(place(root)) as visit:
        found = visit.look()
        assert {name: seen.size for name, seen in found.items()} == {
            "a.xml": 1,
            "b.xml": 2,
            "b.xml.done": 0,
        }
        assert visit.fetch("b.xml") == b"22"
        visit.finish("a.xml", taken=False)
        visit.finish("b.xml", taken=True)
        visit.finish("b.xml", taken=True)  # somebody moved it already
    assert sorted(path.name for path in pending.iterdir()) == ["c.part", "folder"]
    assert (root / "supplier" / "error" / "a.xml").exists()
    assert (root / "supplier" / "done" / "b.xml").read_bytes() == b"22"


def test_nothing_that_was_moved_is_overwritten(root):
    for content in (b"1", b"2", b"3"):
        (root / "supplier" / "in" / "a.xml").write_bytes(content)
        with visiting(place(root)) as visit:
            visit.finish("a.xml", taken=True)
    done = root / "supplier" / "done"
    assert {path.name: path.read_bytes() for path in done.iterdir()} == {
        "a.xml": b"1",
        "a.1.xml": b"2",
        "a.2.xml": b"3",
    }


def test_folders_for_what_was_taken_are_made_those_of_the_partner_are_not(root):
    (root / "supplier" / "in" / "a.xml").write_bytes(b"1")
    with visiting(place(root, done="in/done")) as visit:
        visit.finish("a.xml", taken=True)
    assert (root / "supplier" / "in" / "done" / "a.xml").exists()
    with pytest.raises(TransientError), visiting(place(root, pending="typo")):
        pass


def test_a_file_that_is_too_large_is_refused(root):
    (root / "supplier" / "in" / "a.xml").write_bytes(b"x" * 1001)
    with visiting(place(root)) as visit:
        refused(PermanentError, "too_large", lambda: visit.fetch("a.xml"))


def test_a_file_that_grows_while_it_is_read_is_not_complete(root, monkeypatch):
    path = root / "supplier" / "in" / "a.xml"
    path.write_bytes(b"1")
    read = module._read

    def and_grows(file, limit, deadline):
        raw = read(file, limit, deadline)
        path.write_bytes(b"12")
        return raw

    monkeypatch.setattr(module, "_read", and_grows)
    with visiting(place(root)) as visit:
        refused(TransientError, "not_complete", lambda: visit.fetch("a.xml"))


# -- what is complete ---------------------------------------------------------------------------------------


def test_a_file_that_is_being_written_is_never_taken():
    looks, taken = {}, []
    for second in range(0, 60, 10):
        size = min(second, 30)
        choice = choose({"a": Seen(size, float(size))}, looks, second, False, 10)
        looks = choice.looks
        taken.append(choice.complete)
    assert taken == [(), (), (), (), ("a",), ("a",)]


@given(
    st.dictionaries(st.text(max_size=8), st.integers(0, 3)),
    st.booleans(),
    st.integers(0, 5),
)
def test_whatever_lies_there_only_plain_complete_files_are_chosen(sizes, marked, most):
    found = {name: Seen(size, 1.0) for name, size in sizes.items()}
    looks = {name: Look(seen, 0.0) for name, seen in found.items()}
    choice = choose(found, looks, 100.0, marked, most)
    assert len(choice.complete) <= most
    for name in choice.complete:
        assert is_plain(name) and found[name].size > 0
        assert not marked or f"{name}.done" in found


def test_a_clock_that_was_set_back_starts_the_wait_anew():
    looks = {"a": Look(Seen(1, 1.0), 1000.0)}
    choice = choose({"a": Seen(1, 1.0)}, looks, 10.0, False, 10)
    assert choice.complete == () and choice.looks["a"].since == 10.0
    assert choose({"a": Seen(1, 1.0)}, choice.looks, 15.0, False, 10).complete == ("a",)
