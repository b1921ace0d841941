"""Documents into the interchanges they travel in: numbers, identifiers, version, test or not, by route and endpoint."""

from dataclasses import replace
from datetime import UTC

from odoo import fields

from ..core.documents import Envelope, Receipt
from ..core.interchange import VERSIONS, Controls, controls_for
from ..formats import render
from .control_numbers import ControlNumbers
from .csv_options import render_options


class Interchanges:
    """Renders what is prepared together. A message keeps the number it was given once, whatever is made anew of it.

    ``keep`` writes numbers and counters; both in the transaction that stores the bytes.
    """

    def __init__(self, env, messages):
        self._env = env
        self.prepared = fields.Datetime.now().replace(tzinfo=UTC)
        numbered = messages.filtered(lambda m: m.route_id.format in VERSIONS)
        fresh = numbered.filtered(lambda m: not m.interchange_control)
        self._numbers = ControlNumbers(env, fresh.endpoint_id.ids)
        self._used = {}

    def number(self, message):
        """That of the message's interchange; a message of a syntax without interchanges has its own."""
        if message.route_id.format not in VERSIONS:
            return message.id
        if message.interchange_control:
            return int(message.interchange_control)
        return self._numbers.next(message.endpoint_id.id)

    def render(self, message, document):
        syntax = message.route_id.format
        if syntax in VERSIONS:
            return self._numbered(message, document, syntax)
        if syntax == "csv":
            return render(document, syntax, **render_options(message.route_id))
        if syntax in ("cxml", "json") and not isinstance(document, Receipt):
            document = replace(document, envelope=_envelope(message))
        options = {"timestamp": self.prepared} if syntax == "cxml" else {}
        raw = render(document, syntax, **options)
        if syntax == "cxml":
            self._used[message] = Controls(message.uid)
        return raw

    def _numbered(self, message, document, syntax):
        number, endpoint, route = self.number(message), message.endpoint_id, message.route_id
        controls = controls_for(syntax, number)
        options = {"control": controls.interchange, "group": controls.group}
        if isinstance(document, Receipt):
            # The partner's own interchange says how we are called, and in which version it speaks.
            controls = Controls(*controls[:2], document.number.lstrip("0"))
            options |= {
                "sender": document.envelope.sender or _own(endpoint),
                "receiver": document.envelope.receiver or _theirs(endpoint),
            }
        else:
            options |= {
                "reference": controls.document,
                "version": route.format_version or VERSIONS[syntax][0],
                "sender": _pair(endpoint.our_scheme, endpoint.our_id),
                "receiver": _pair(endpoint.their_scheme, endpoint.their_id),
                "test": endpoint.environment == "test",
            }
            if syntax == "edifact":
                options["association"] = route.association or None
        raw = render(document, syntax, prepared=self.prepared, **options)
        # Only now: what cannot be rendered leaves no gap.
        if not message.interchange_control:
            self._numbers.use(endpoint.id)
        self._used[message] = controls
        return raw

    def keep(self):
        self._numbers.keep()
        if not self._used:
            return
        self._env.cr.execute_values(
            """
            UPDATE integration_message m
               SET interchange_control = v.interchange, group_control = v.grouped, document_control = v.document
              FROM (VALUES %s) AS v(id, interchange, grouped, document) WHERE m.id = v.id
            """,
            [(message.id, *controls) for message, controls in self._used.items()],
            template="(%s, %s::varchar, %s::varchar, %s::varchar)",
        )
        names = ["interchange_control", "group_control", "document_control"]
        self._env["integration.message"].invalidate_model(names, flush=False)


def _envelope(message):
    """The payload id of cXML: the message's own, the same over all attempts."""
    endpoint = message.endpoint_id
    return Envelope(
        syntax=message.route_id.format,
        sender=_pair(endpoint.our_scheme, endpoint.our_id),
        receiver=_pair(endpoint.their_scheme, endpoint.their_id),
        control=message.uid,
        test=endpoint.environment == "test",
    )


def _own(endpoint):
    """How we are called where the partner's interchange does not say: some leave that out."""
    gln = endpoint.company_id.partner_id.global_location_number
    return _pair(endpoint.our_scheme, endpoint.our_id) or _pair("0088", gln)


def _theirs(endpoint):
    gln = endpoint.partner_ids[:1].commercial_partner_id.global_location_number
    return _pair(endpoint.their_scheme, endpoint.their_id) or _pair("0088", gln)


def _pair(scheme, value):
    return (scheme, value) if scheme and value else None
