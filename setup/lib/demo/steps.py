"""Runs the steps of the story one after the other and tells how each went."""

import json
import sys
import time
import traceback

from lib.demo.people import CheckFailed, RefusedError

GREEN, RED, PLAIN = ("\033[32m", "\033[31m", "\033[0m")


class StepMissing(Exception):
    """An earlier step did not get as far as this one needs."""


class Story:
    """Runs steps; a step is a function of the world that returns what was seen, and raises if it does not hold.

    The first line of its docstring is what the reader sees.
    """

    def __init__(self, world):
        self._world = world
        self._number = 0
        self.told = []

    def chapter(self, number, title):
        print(f"\n{number}. {title}", flush=True)
        self._number = number

    def run(self, step):
        name = step.__doc__.strip().splitlines()[0].rstrip(".")
        started = time.monotonic()
        ok, detail = self._outcome(step)
        seconds = round(time.monotonic() - started, 1)
        self.told.append(
            {"name": f"{self._number}. {name}", "ok": ok, "detail": detail, "seconds": seconds}
        )
        mark = _coloured("✓", GREEN) if ok else _coloured("✗", RED)
        print(f"   {mark} {name} ({seconds} s)", flush=True)
        for line in detail.splitlines():
            print(f"       {line}", flush=True)

    def _outcome(self, step):
        try:
            return True, step(self._world) or ""
        except StepMissing as error:
            return False, f"not tried: {error}"
        except (CheckFailed, RefusedError) as error:
            return False, str(error)
        except Exception:
            return False, traceback.format_exc()

    @property
    def holds(self):
        return bool(self.told) and all(each["ok"] for each in self.told)

    def save(self, path):
        path.write_text(json.dumps(self.told, indent=2, ensure_ascii=False) + "\n")


def _coloured(text, colour):
    return f"{colour}{text}{PLAIN}" if sys.stdout.isatty() else text
