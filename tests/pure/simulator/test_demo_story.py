"""How the demo tells its story: what holds, what does not, and what was not tried."""

import json
import socket

import pytest

from lib.demo.checks import check, refused, wait_for
from lib.demo.people import CheckFailed, RefusedError
from lib.demo.server import check_port
from lib.demo.steps import Story
from lib.demo.world import World
from lib.ui import SetupError


def it_holds(world):
    """The world is round.

    This line is for programmers.
    """
    world.keep(shape="round")
    return "seen from above"


def it_does_not(world):
    """The moon is made of cheese"""
    check(world.need("shape") != "round", "it is stone")


def it_needs_more(world):
    """The cheese is ripe"""
    world.need("ripe_cheese")


def it_crashes(world):
    """Nobody thought of this"""
    raise ZeroDivisionError("oh")


@pytest.fixture
def story(capsys):
    story = Story(World("no database", server=None))
    story.chapter(4, "Of the moon")
    return story


def told(story, *steps):
    for step in steps:
        story.run(step)
    return [(each["ok"], each["detail"].splitlines()[-1:]) for each in story.told]


def test_a_step_is_told_by_the_first_line_of_its_docstring(story):
    assert told(story, it_holds) == [(True, ["seen from above"])]
    assert story.told[0]["name"] == "4. The world is round"
    assert story.holds


def test_one_bad_step_spoils_the_story_and_the_others_are_still_tried(story):
    outcomes = told(story, it_holds, it_does_not, it_needs_more, it_crashes)
    assert outcomes == [
        (True, ["seen from above"]),
        (False, ["it is stone"]),
        (False, ["not tried: no ripe cheese yet"]),
        (False, ["ZeroDivisionError: oh"]),
    ]
    assert not story.holds


def test_no_steps_are_no_success(story):
    assert not story.holds


def test_it_is_kept_as_json(story, tmp_path):
    told(story, it_holds)
    story.save(tmp_path / "demo.json")
    (step,) = json.loads((tmp_path / "demo.json").read_text())
    assert set(step) == {"name", "ok", "detail", "seconds"}


def test_waiting_ends_with_what_was_waited_for():
    answers = iter([[], [], ["there"]])
    assert wait_for("it", lambda: next(answers), seconds=5) == ["there"]
    with pytest.raises(CheckFailed, match="in vain for the train"):
        wait_for("the train", list, seconds=0)


def test_what_should_be_refused_must_be():
    def no():
        raise RefusedError("not you")

    assert refused(no, "this") == "not you"
    with pytest.raises(CheckFailed, match="this was not refused"):
        refused(list, "this")


def test_a_taken_port_is_named():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SetupError, match=f"port {port} is taken"):
            check_port(port)
    check_port(port)
