"""What a format is to the rest of the suite."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """A syntax that reads and writes canonical documents.

    ``carries`` tells for each document type the fields that survive being written and read again, parts by
    dotted name (``lines.item.gtin``). ``parse(raw, **options)`` gives a list of documents,
    ``render(document, **options)`` bytes; both raise FormatError and nothing else. A syntax with functional
    acknowledgements has ``acknowledge(raw, control, **options)``, which gives a list of receipts.
    """

    code: str
    name: str
    content_type: str
    carries: Mapping[type, frozenset[str]]
    parse: Callable
    render: Callable
    acknowledge: Callable | None = None
