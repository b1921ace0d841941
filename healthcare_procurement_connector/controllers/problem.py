"""Errors of our HTTP interface: RFC 9457 problem details."""

import json
from http import HTTPStatus

from odoo.http import request


def problem(status, code, detail, headers=()):
    """An ``application/problem+json`` answer; ``code`` is for programs, ``detail`` for people."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    body.update(code=code, detail=detail)
    return request.make_response(
        json.dumps(body),
        headers=[("Content-Type", "application/problem+json"), *headers],
        status=status,
    )
