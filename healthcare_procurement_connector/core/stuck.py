"""Why messages are stuck, in the words of the person on call: one row per cause, as data.

An outgoing message is stuck when it is dead, held or uncertain; an incoming one when it is parked, or when what
it waits for has not come in time. The first row that fits is the message's cause.
"""

from dataclasses import dataclass

STUCK = {"out": ("dead", "held", "uncertain"), "in": ("parked", "waiting")}


@dataclass(frozen=True, slots=True)
class Cause:
    """Fits a message in one of ``states``, or one whose error code is in ``codes`` or begins with a prefix."""

    title: str
    codes: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    states: tuple[str, ...] = ()


CAUSES = {
    "waiting": Cause(
        "What it waits for has not come", codes=("still_waiting", "not_yet"), states=("waiting",)
    ),
    "maybe_delivered": Cause(
        "Nobody knows whether it arrived",
        codes=("no_answer", "broken", "reply_too_large", "internal"),
        states=("uncertain",),
    ),
    "unreachable": Cause(
        "The partner's system cannot be reached",
        codes=("refused", "connect", "connect_timeout", "dns", "dns_timeout"),
    ),
    "partner_in_trouble": Cause(
        "The partner's system is in trouble",
        codes=("http_408", "http_425", "http_429"),
        prefixes=("http_5",),
    ),
    "set_up": Cause(
        "The endpoint is not set up rightly",
        codes=("bad_url", "bad_request", "no_address", "certificate", "http_401", "http_403"),
        prefixes=("address_", "http_3"),
    ),
    "refused_by_partner": Cause(
        "The partner's system refused the document", prefixes=("http_", "cxml_")
    ),
    "master_data": Cause(
        "Something is missing in our master data",
        codes=(
            "unknown_unit",
            "unknown_item",
            "unknown_tax",
            "unknown_supplier",
            "ambiguous_mapping",
            "currency",
            "no_gln",
        ),
    ),
    "order": Cause(
        "The order it speaks of is not there, or not approved",
        codes=("unknown_order", "order_not_approved", "order_unknown_to_supplier"),
    ),
    "check": Cause("A check before sending stops it", codes=("check_failed",)),
    "wrong_party": Cause(
        "It came from or is addressed to somebody else", codes=("wrong_supplier", "wrong_buyer")
    ),
    "came_before": Cause(
        "The same number came before, or the bill was entered already",
        codes=("same_number_other_content", "already_entered", "replaced_too_late", "withdrawn"),
    ),
    "content": Cause(
        "The document cannot be read, or contradicts itself",
        codes=(
            "unreadable",
            "totals_differ",
            "test_document",
            "unexpected_document",
            "unknown_receipt",
        ),
    ),
    "ours": Cause(
        "Our own processing failed",
        codes=("processing_failed", "cannot_prepare", "same_document", "worker_lost"),
    ),
    "other": Cause("Another cause"),
}
