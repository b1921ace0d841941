from odoo import http
from odoo.http import request

from ..services.readiness import check


class Health(http.Controller):
    """For load balancers and watchdogs: open to all, so nothing in it tells about the business."""

    @http.route(
        "/healthcare/health/live",
        type="http",
        auth="none",
        methods=["GET"],
        save_session=False,
        readonly=True,
    )
    def live(self):
        """The process answers."""
        return self._answer({"status": "live"}, 200)

    @http.route(
        "/healthcare/health/ready",
        type="http",
        auth="none",
        methods=["GET"],
        save_session=False,
        readonly=True,
    )
    def ready(self):
        """The database answers and the sweep runs; 503 while not."""
        found = check(request.env)
        body = {"status": "ready" if found.ready else "not_ready", "checks": found.checks}
        return self._answer(body, 200 if found.ready else 503)

    def _answer(self, body, status):
        return request.make_json_response(
            body, headers=[("Cache-Control", "no-store")], status=status
        )
