from odoo import SUPERUSER_ID, http
from odoo.http import request


class Insert(http.Controller):
    @http.route(
        "/bench/insert",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
    )
    def insert(self, **_unused):
        """Reads the body and inserts one row: the least that accepts anything durably in Odoo."""
        raw = request.httprequest.get_data()
        request.update_env(user=SUPERUSER_ID)
        row = request.env["bench.baseline"].create({"name": str(len(raw))})
        return request.make_json_response({"id": row.id}, status=202)
