"""``./setup/demo``: the main job from nothing to the end, for real, told step by step.

Odoo, the suppliers and the subscriber are processes of their own; people act through Odoo's web API with their own
rights. ``--serve`` leaves everything running afterwards.
"""

import argparse
import contextlib
import shutil
import signal
import sys
import threading
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[3])]

from lib import databases  # noqa: E402  (the path above makes it importable)
from lib.demo import billing, dashboard, events, order, setting_up, shipment, trouble  # noqa: E402
from lib.demo.hospital import BY_FOLDER  # noqa: E402
from lib.demo.log import check_log  # noqa: E402
from lib.demo.server import OdooServer, check_port  # noqa: E402
from lib.demo.steps import Story  # noqa: E402
from lib.demo.world import World  # noqa: E402
from lib.places import FOLDERS, LOGS, STATE  # noqa: E402
from lib.ui import run_as_script, say  # noqa: E402
from tests.simulator.client import Subscriber, Supplier  # noqa: E402

DATABASE = "hpi_demo"
PORT = 8069
RESULT = STATE / "demo.json"
CHAPTERS = (
    ("A hospital, its suppliers, its products", setting_up.STEPS),
    ("An order goes out", order.STEPS_OUT),
    ("The supplier answers", order.STEPS_ANSWER),
    ("The goods arrive", shipment.STEPS),
    ("The bill arrives", billing.STEPS_BILL),
    ("Finance decides", billing.STEPS_DECISION),
    ("What goes wrong becomes somebody's task", trouble.STEPS),
    ("Everybody who should know was told", events.STEPS),
    ("The dashboard shows it", dashboard.STEPS),
)


def main():
    parser = argparse.ArgumentParser(prog="setup/demo", description=__doc__.split("\n\n")[0])
    parser.add_argument("--serve", action="store_true", help="leave Odoo running until Ctrl-C")
    arguments = parser.parse_args()
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, lambda number, _frame: sys.exit(128 + number))
    check_port(PORT)
    RESULT.unlink(missing_ok=True)
    databases.fresh(DATABASE, demo=True)
    with contextlib.ExitStack() as running:
        world = _start(running)
        story = _tell(world)
        story.save(RESULT)
        _sum_up(story)
        if arguments.serve:
            say(f"Odoo: {world.server.base} (admin / admin). Ctrl-C ends it.")
            with contextlib.suppress(KeyboardInterrupt):
                threading.Event().wait()
    return 0 if story.holds else 1


def _start(running):
    """The three programs; each is stopped when ``running`` is left, however that happens."""
    server = OdooServer(DATABASE, PORT, "demo.log")
    running.callback(server.stop)
    server.wait()
    world = World(DATABASE, server)
    # What an earlier run left belongs to orders that this database does not have.
    shutil.rmtree(FOLDERS / BY_FOLDER, ignore_errors=True)
    keys = setting_up.new_keys()
    world.keep(keys=keys)
    log = LOGS / "demo-partners.log"
    log.write_bytes(b"")
    world.supplier = Supplier(setting_up.supplier_settings(world, keys), log=log)
    running.callback(world.supplier.stop)
    world.subscriber = Subscriber(keys["subscriber"], log=log)
    running.callback(world.subscriber.stop)
    return world


def _tell(world):
    story = Story(world)
    for number, (title, steps) in enumerate(CHAPTERS, 1):
        story.chapter(number, title)
        for step in steps:
            story.run(step)
    story.chapter(len(CHAPTERS) + 1, "Nothing went wrong unseen")
    story.run(check_log)
    return story


def _sum_up(story):
    bad = [each["name"] for each in story.told if not each["ok"]]
    seconds = sum(each["seconds"] for each in story.told)
    print(f"\n{len(story.told) - len(bad)} of {len(story.told)} steps hold ({seconds:.0f} s)")
    for name in bad:
        print(f"✗ {name}")


run_as_script(main)
