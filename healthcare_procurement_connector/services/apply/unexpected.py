"""Documents that can be read and that nothing is done with here: a person is told why."""

from ...core import documents as doc


def why_not(env, document):
    """In words, what the document is and why it has no effect."""
    kind = type(document)
    if kind in (doc.Order, doc.OrderChange, doc.OrderCancellation, doc.InvoiceResponse):
        return env._(
            "%(number)s is a document that we, as the buyer, send: %(kind)s. A supplier has no use for it.",
            number=document.number,
            kind=_label(kind),
        )
    return env._(
        "%(number)s could be read, but documents of its kind are not processed here: %(kind)s.",
        number=document.number,
        kind=_label(kind),
    )


def _label(kind):
    """``PunchOutCart`` as "punch out cart"."""
    return "".join(f" {each.lower()}" if each.isupper() else each for each in kind.__name__).strip()
