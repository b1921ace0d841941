import time
from datetime import datetime, timezone

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..services.ingest import (
    LONGEST_KEY,
    BadIdempotencyKey,
    IdTaken,
    NotAuthenticated,
    Overloaded,
    TooLarge,
    accept,
)
from .cxml_answer import cxml_taken
from .problem import problem

# Above any endpoint's own limit; the endpoint's is checked once the sender is known.
LARGEST_BODY = 100_000_000
AWAY_SECONDS = 30
REFUSALS = {
    NotAuthenticated: (401, "not_authenticated", "The endpoint or its proof is not valid."),
    TooLarge: (413, "too_large", "Documents of this endpoint have at most {error.limit} bytes."),
    IdTaken: (409, "id_taken", "This {error.rule} was used for other content."),
    BadIdempotencyKey: (
        400,
        "bad_idempotency_key",
        f"An Idempotency-Key has at most {LONGEST_KEY} characters.",
    ),
    Overloaded: (503, "overloaded", "Too many of your documents are in line; send it again later."),
}


class Inbound(http.Controller):
    @http.route(
        "/healthcare/inbound/<string:code>",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
        max_content_length=LARGEST_BODY,
    )
    def receive(self, code, **_unused):
        """Takes a document in any format; 202 means that it is stored durably."""
        if not request.db:
            # PostgreSQL is away; see CONFIGURE.md on server_wide_modules. Without this answer Odoo says 404,
            # which a partner takes for good.
            return problem(
                503, "unavailable", "Try again in a moment.", [("Retry-After", str(AWAY_SECONDS))]
            )
        raw = request.httprequest.get_data()
        if not raw:
            return problem(400, "empty", "The body is empty; post the document itself, not a form.")
        # Partners authenticate by their endpoint's signature, not as an Odoo user.
        request.update_env(user=SUPERUSER_ID)
        headers = dict(request.httprequest.headers)
        content_type = request.httprequest.content_type or "application/octet-stream"
        try:
            accepted = accept(request.env, code, headers, raw, content_type, int(time.time()))
        except tuple(REFUSALS) as error:
            return _refusal(error)
        if accepted.proof == "cxml":
            return cxml_taken(accepted.message_id, datetime.now(timezone.utc))
        return request.make_json_response(
            {"message_id": accepted.message_id, "status": accepted.status},
            headers=[("Duplicate-Rule", accepted.rule)] if accepted.rule else None,
            status=200 if accepted.repeated else 202,
        )


def _refusal(error):
    status, code, detail = REFUSALS[type(error)]
    headers = []
    if isinstance(error, Overloaded):
        headers.append(("Retry-After", str(error.retry_after)))
    return problem(status, code, detail.format(error=error), headers)
