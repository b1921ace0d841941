"""Chaos: 2,000 orders while workers are killed and PostgreSQL is restarted; the books of both sides compared.

``lost`` and ``double`` count what ``tests/chaos/verdict.py`` finds of these kinds, ``other`` everything else that is
wrong (ids, order, refusals, jobs, lines of the log): the target of all three is 0. ``uncertain`` counts the messages
that Odoo honestly does not know the fate of, each on a person's list. The findings themselves go to stderr; ledger and
logs stay in ``.odoo/logs``. Fails when anything is wrong.
"""

import sys
from pathlib import Path

from _report import emit

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "setup")]

from tests.chaos.plan import LONG  # noqa: E402
from tests.chaos.run import run  # noqa: E402

COUNTED = ("orders", "changes", "cancellations", "kills", "restarts", "deliveries", "letters")


def main():
    report = run(LONG, "chaos")
    kinds = [finding.kind for finding in report.findings]
    wrong = {kind: kinds.count(kind) for kind in ("lost", "double")}
    wrong["other"] = len(kinds) - sum(wrong.values()) + len(report.log_lines)
    for kind, count in wrong.items():
        emit("chaos", kind, count, "messages")
    emit("chaos", "uncertain", report.counts["uncertain"], "messages")
    for name in COUNTED:
        emit("chaos", name, report.counts[name], name)
    emit("chaos", "seconds", report.counts["seconds"], "s")
    return int(any(wrong.values()) or report.counts["orders"] < LONG.orders)


if __name__ == "__main__":
    sys.exit(main())
