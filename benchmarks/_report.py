"""How a benchmark reports: one JSON object a line on stdout, everything else on stderr."""

import json
import os
import statistics
import sys

ROUNDS = int(os.environ.get("HPI_BENCH_ROUNDS", "3"))


def say(text):
    print(text, file=sys.stderr, flush=True)


def emit(bench, metric, value, unit, baseline=None, ratio=None, target=None, **more):
    """``target``: the comparison that has to hold for ``ratio``, as (">=", 5)."""
    line = {
        "bench": bench,
        "metric": metric,
        "value": _short(value),
        "unit": unit,
        "baseline": _short(baseline),
        "ratio": _short(ratio),
    }
    if target:
        sign, bound = target
        line["target"] = f"{sign} {bound}"
        line["reached"] = ratio >= bound if sign == ">=" else ratio <= bound
    print(json.dumps({**line, **more}), flush=True)


def alternating(contestants, rounds=ROUNDS):
    """{name: [figure of each round]}; every round runs all of them, so that they share good and bad times.

    ``contestants``: {name: function without arguments that gives a figure}.
    """
    figures = {name: [] for name in contestants}
    for number in range(1, rounds + 1):
        for name, run in contestants.items():
            figure = run()
            figures[name].append(figure)
            say(f"  round {number}/{rounds}, {name}: {figure:.1f}")
    return figures


def median(figures):
    return statistics.median(figures)


def spread(figures):
    """All rounds, for whoever wants to judge how quiet the machine was."""
    return [_short(figure) for figure in figures]


def _short(value):
    return float(f"{value:.4g}") if isinstance(value, float) else value
