"""The numbers of interchanges: each endpoint counts its own, without gaps, and gives none twice.

The counter's row is held until the transaction ends that stores the bytes: a number that was taken by what then
failed is free again, and a second drain of the same endpoint waits, or begins its batch again.
"""

from odoo.exceptions import UserError
from odoo.tools import SQL


class ControlNumbers:
    """Those of some endpoints. ``take`` reserves one, ``keep`` writes what was used, in one statement."""

    def __init__(self, env, endpoint_ids):
        self._env = env
        self._last = _locked(env, endpoint_ids)
        self._before = dict(self._last)

    def next(self, endpoint_id):
        return self._last[endpoint_id] + 1

    def use(self, endpoint_id):
        self._last[endpoint_id] += 1

    def keep(self):
        used = [pair for pair in self._last.items() if self._before[pair[0]] != pair[1]]
        if used:
            _write(self._env, used)
            self._before = dict(self._last)


def last(endpoints):
    """{endpoint id: the last number that was used}."""
    # sudo: the counters belong to the endpoints, which the reader may read.
    rows = endpoints.env["integration.control.number"].sudo()
    return {
        row.endpoint_id.id: row.last for row in rows.search([("endpoint_id", "in", endpoints.ids)])
    }


def raise_to(endpoint, number):
    """Goes on from ``number``; numbers that were used are never given again."""
    endpoint.check_access("write")
    used = _locked(endpoint.env, endpoint.ids)[endpoint.id]
    if number < used:
        raise UserError(
            endpoint.env._(
                "Numbers up to %(used)s were used with %(endpoint)s: they cannot be given again.",
                used=used,
                endpoint=endpoint.name,
            )
        )
    if number > used:
        _write(endpoint.env, [(endpoint.id, number)])


def _locked(env, endpoint_ids):
    """{endpoint id: last number}, the rows locked, in id order; made where they are missing."""
    if not endpoint_ids:
        return {}
    env.flush_all()
    ids = tuple(endpoint_ids)
    env.cr.execute(
        SQL(
            "INSERT INTO integration_control_number (endpoint_id, company_id, last) "
            "SELECT e.id, e.company_id, 0 FROM integration_endpoint e WHERE e.id IN %s "
            "AND NOT EXISTS (SELECT FROM integration_control_number n WHERE n.endpoint_id = e.id) "
            "ORDER BY e.id ON CONFLICT DO NOTHING",
            ids,
        )
    )
    rows = env.execute_query(
        SQL(
            "SELECT endpoint_id, last FROM integration_control_number WHERE endpoint_id IN %s "
            "ORDER BY endpoint_id FOR NO KEY UPDATE",
            ids,
        )
    )
    return dict(rows)


def _write(env, pairs):
    env.cr.execute_values(
        "UPDATE integration_control_number n SET last = v.last FROM (VALUES %s) AS v(id, last) "
        "WHERE n.endpoint_id = v.id",
        pairs,
    )
    env["integration.control.number"].invalidate_model()
