import time

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..services.ingest import IdTaken, NotAuthenticated, TooLarge, accept
from .problem import problem

# Above any endpoint's own limit; the endpoint's is checked once the sender is known.
LARGEST_BODY = 100_000_000
AWAY_SECONDS = 30


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
        except NotAuthenticated:
            return problem(401, "not_authenticated", "The endpoint or the signature is not valid.")
        except TooLarge as error:
            return problem(
                413, "too_large", f"Documents of this endpoint have at most {error.limit} bytes."
            )
        except IdTaken:
            return problem(409, "id_taken", "This webhook-id was used for other content.")
        return request.make_json_response(
            {"message_id": accepted.message_id, "status": accepted.status},
            status=200 if accepted.repeated else 202,
        )
