"""Which lines of Odoo's log the storm itself explains: with the processes killed and PostgreSQL away these are right.

Everything else at WARNING or above is a finding. A rule is a pattern of the logger, one of the text (message and
traceback together) and the reason.
"""

import re
from dataclasses import dataclass

from lib.log_rules import unexpected_lines

DATABASE_AWAY = (
    r"server closed the connection unexpectedly"
    r"|terminating connection because of crash of another server process"
    r"|terminating connection due to (administrator command|unexpected postmaster exit|immediate shutdown command)"
    r"|connection to server .* failed: (No such file or directory|Connection refused)"
    r"|the database system is (starting up|shutting down|in recovery mode)"
    r"|the database system is not yet accepting connections"
    r"|connection already closed|cursor already closed"
    r"|could not receive data from server|SSL SYSCALL error|no connection to the server"
)


@dataclass(frozen=True, slots=True)
class Explained:
    logger: str
    text: str
    why: str


EXPLAINED = (
    Explained(r".*", DATABASE_AWAY, "PostgreSQL was restarted"),
    Explained(
        r"odoo\.addons\.queue_job\.jobrunner\.runner",
        r"Re-queued dead job",
        "the worker that ran it was killed; queue_job says that it takes the job up again",
    ),
    Explained(
        r"odoo\.addons\.queue_job\.jobrunner\.runner",
        r"(?s)exception in GET .*(Connection aborted|Connection refused|Connection reset)",
        "the worker was killed while the runner gave it a job",
    ),
    Explained(
        r"odoo\.addons\.queue_job\.jobrunner\.runner",
        r"(?s)exception in GET .*HTTPError: (404 Client|500 Server) Error: .*/queue_job/runjob",
        "the worker had no database; why not stands in its own line",
    ),
    Explained(
        r"odoo\.addons\.base\.models\.ir_cron",
        r"Job 'Procurement integration: [^']*' \(\d+\) timed out",
        "its worker was killed in it three times running; Odoo counts and goes on with it",
    ),
    Explained(
        r"odoo\.service\.server",
        r"Gevent Parent changed",
        "the master ended (see odoo.py); its evented process goes with it",
    ),
    Explained(
        r"odoo\.sql_db",
        r"could not serialize access due to concurrent update",
        "a person and a drain changed one row at once: Odoo says so and runs the person's request again",
    ),
    Explained(
        r"odoo\.addons\.queue_job\.controllers\.main",
        r"was requested to run job .* but it (does not exist|could not be locked)",
        "the request for a job waited in the queue of a killed worker, and was given to another one meanwhile",
    ),
)


def unexplained(text, told=()):
    """The lines of a log, each with its traceback, that the storm does not explain.

    ``told``: what Odoo told people who asked for what cannot be; it logs each of these answers.
    """
    answers = {f"WARNING odoo.http: {' '.join(answer.split())}" for answer in told}
    return [
        line
        for line in unexpected_lines(text)
        if " ".join(line.split()) not in answers and not _explained(line)
    ]


def _explained(line):
    logger = line.split(": ", 1)[0].split(" ", 1)[1]
    return any(
        re.fullmatch(rule.logger, logger) and re.search(rule.text, line) for rule in EXPLAINED
    )
