"""What the set-up scripts say, and how they stop: one line, in words a newcomer can act on."""

import sys
import time


class SetupError(Exception):
    """What is missing and what to do about it, in one line."""


def say(text):
    print(text, file=sys.stderr, flush=True)


class Step:
    """Times one long step and says so: ``with Step("install PyPI packages"): …``."""

    def __init__(self, title):
        self.title = title

    def __enter__(self):
        self.started = time.monotonic()
        say(f"… {self.title}")
        return self

    def __exit__(self, kind, error, trace):
        if error is None:
            say(f"  {self.title}: {time.monotonic() - self.started:.0f} s")


def run_as_script(main):
    """Runs ``main()``; a SetupError becomes one line on stderr and exit code 1."""
    try:
        sys.exit(main())
    except SetupError as error:
        say(f"setup: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        say("setup: interrupted")
        sys.exit(130)
