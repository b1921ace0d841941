"""What folders on a disk and folders on a server have in common."""

from dataclasses import dataclass

from ..core.exceptions import PermanentError

MOST_SEEN = 5000
CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Folders:
    """Where documents lie, each a relative path: ``out`` takes ours, ``pending`` has the partner's, which are moved
    to ``done`` or ``error`` once they are stored here or refused.
    """

    out: str = "out"
    pending: str = "in"
    done: str = "done"
    error: str = "error"


def parts_of(path: str) -> tuple[str, ...]:
    """The folders of a relative path; PermanentError for one that leads anywhere else.

    >>> parts_of("medisupply/in")
    ('medisupply', 'in')
    >>> parts_of("a/../../etc")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    PermanentError: A folder's path must be plain names with / between them
    """
    parts = tuple(path.split("/")) if path else ()
    for part in parts:
        if part in ("", ".", "..") or not part.isprintable() or "\\" in part:
            raise PermanentError(
                "A folder's path must be plain names with / between them", "bad_folder"
            )
    return parts


def temporary_name(name: str) -> str:
    """Under which a file is written before it is complete: hidden, so that nobody takes it."""
    return f".{name}.part"


def too_large(limit: int) -> PermanentError:
    return PermanentError(f"The file is larger than {limit // 1000} kB", "too_large")


def numbered(name: str, number: int) -> str:
    """A name beside one that is taken.

    >>> numbered("a.xml", 0), numbered("a.xml", 2), numbered("a", 1)
    ('a.xml', 'a.2.xml', 'a.1')
    """
    if not number:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem}.{number}.{ending}" if dot else f"{name}.{number}"
