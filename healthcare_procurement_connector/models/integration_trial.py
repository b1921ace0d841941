import base64
import binascii

from odoo import api, models
from odoo.exceptions import UserError

from ..formats import FORMATS
from ..services.payload_text import encoded
from ..services.trial.document import check_right, try_document
from ..services.trial.order import try_order


class IntegrationTrial(models.AbstractModel):
    """What the screen "Try it" asks: a document or an order, gone through for real and taken back."""

    _name = "integration.trial"
    _description = "Trial of a document"

    @api.model
    def options(self):
        """What one can choose from: ``{"formats": [[code, name]], "orders": whether the user may see orders}``."""
        check_right(self.env)
        return {
            "formats": [[code, kind.name] for code, kind in FORMATS.items()],
            "orders": self.env["purchase.order"].has_access("read"),
        }

    @api.model
    def try_document(self, values):
        """``values``: ``text``, or ``content`` in base64; ``endpoint_id``, ``route_id``, ``format`` where chosen.

        The page that services/trial/page.py describes; AccessError, or a UserError that says what is missing.
        """
        return try_document(
            self.env,
            self._bytes(values),
            self.env["integration.endpoint"].browse(values.get("endpoint_id") or ()),
            self.env["integration.route"].browse(values.get("route_id") or ()),
            values.get("format") or None,
        )

    @api.model
    def try_order(self, order_id, route_id):
        """The page of an order as a route would send it."""
        if not order_id or not route_id:
            raise UserError(self.env._("Choose an order and a route."))
        return try_order(
            self.env,
            self.env["purchase.order"].browse(order_id),
            self.env["integration.route"].browse(route_id),
        )

    def _bytes(self, values):
        """What was pasted, in the encoding that it says it has; of a file its bytes as they are."""
        try:
            if values.get("content"):
                return base64.b64decode(values["content"], validate=True)
            text = values.get("text") or ""
            return encoded(text, text.encode())
        except (binascii.Error, UnicodeError, ValueError) as error:
            raise UserError(
                self.env._(
                    "This is no text that could be read: %s. Choose the file instead.", error
                )
            ) from error
