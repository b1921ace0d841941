"""How suppliers' servers fail during the storm. Pure: the same seed gives the same weather."""

from random import Random

from tests.simulator.misbehaviour import Misbehaviour

# Of a hundred requests. A supplier that stores an order before its answer goes wrong has it: only such a one may
# answer 2xx. Those that store and then say 500 exist, too; who does not recognise repeats must not be one of them,
# since nobody could tell it from a plain failure.
STORM = (
    (4, Misbehaviour("reset")),
    (4, Misbehaviour("reset", stores=True)),
    (3, Misbehaviour("cut", stores=True)),
    (2, Misbehaviour("hang", seconds=6)),
    (2, Misbehaviour("hang", stores=True, seconds=6)),
    (4, Misbehaviour("status", status=500)),
    (3, Misbehaviour("status", status=500, stores=True)),
    (3, Misbehaviour("status", status=503)),
    (4, Misbehaviour("status", status=429, retry_after="2")),
    (2, Misbehaviour("redirect")),
    (2, Misbehaviour("drip", stores=True, seconds=6)),
    (4, Misbehaviour("garbage", stores=True)),
)
# For partners that do not recognise repeats; an unknown outcome stops each order of theirs.
STORM_WITHOUT_MEMORY = (
    (6, Misbehaviour("reset")),
    (6, Misbehaviour("reset", stores=True)),
    (6, Misbehaviour("hang", stores=True, seconds=6)),
    (6, Misbehaviour("status", status=503)),
    (6, Misbehaviour("status", status=429, retry_after="1")),
    (1, Misbehaviour("redirect")),
    (6, Misbehaviour("garbage", stores=True)),
)
# Seconds that a door stays open, and closed.
OPEN = (6.0, 20.0)
CLOSED = (0.5, 3.0)


def strike(seed, supplier, number, recognises_repeats):
    """What goes wrong with the supplier's request ``number``; None where it is served.

    >>> strike(1, "medi", 7, True) == strike(1, "medi", 7, True)
    True
    """
    table = STORM if recognises_repeats else STORM_WITHOUT_MEMORY
    dice = Random(f"{seed}/{supplier}/{number}").uniform(0, 100)
    for weight, how in table:
        dice -= weight
        if dice < 0:
            return how
    return None


def door_times(seed, supplier):
    """Endless pairs of seconds (open, closed): a closed door refuses connections."""
    dice = Random(f"{seed}/{supplier}/door")
    while True:
        yield dice.uniform(*OPEN), dice.uniform(*CLOSED)
