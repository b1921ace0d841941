"""What can go wrong with a message. The class decides what happens next::

IntegrationError(message, code)
├── TransientError      nothing happened at the partner: try again later (``retry_after`` if it said when)
├── PermanentError      trying again cannot help: a person corrects the configuration or the message
├── BusinessError       the document is readable but cannot be applied: a person decides
│   └── UnmappedError   a code stands for nothing here: a row of a mapping is ``missing``
├── AmbiguousError      it was sent but no answer came back: find out before sending again
└── NotYetError         what a document refers to is not here yet: it waits, for a limited time
"""

from datetime import datetime

from .mapping import Missing


class IntegrationError(Exception):
    """Has a text for people and a ``code`` for programs; neither ever carries a secret.

    >>> str(PermanentError("The address is not a URL", "bad_url"))
    'The address is not a URL'
    >>> PermanentError("The address is not a URL", "bad_url").code
    'bad_url'
    """

    default_code = "error"

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code or self.default_code


class TransientError(IntegrationError):
    """``retry_after`` is the number of seconds the partner asked us to wait, or None."""

    default_code = "transient"

    def __init__(
        self, message: str, code: str | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message, code)
        self.retry_after = retry_after


class PermanentError(IntegrationError):
    default_code = "permanent"


class BusinessError(IntegrationError):
    default_code = "business"


class UnmappedError(BusinessError):
    """``missing``: the code, and what is known about it; None where the document gives no code at all."""

    def __init__(self, message: str, code: str, missing: Missing | None) -> None:
        super().__init__(message, code)
        self.missing = missing


class AmbiguousError(IntegrationError):
    default_code = "ambiguous"


class NotYetError(IntegrationError):
    """``waiting_for``: a key of ``core.waiting``; ``until``: when a person is asked instead."""

    default_code = "not_yet"

    def __init__(self, message: str, waiting_for: str, until: datetime) -> None:
        super().__init__(message)
        self.waiting_for = waiting_for
        self.until = until
