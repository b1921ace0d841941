from ..core.exceptions import PermanentError


class FormatError(PermanentError):
    """A document that cannot be read or cannot be written in the format asked for.

    ``code`` is for programs, ``position`` says where (a path or a line), ``reason`` is for people:

    - unsupported_format, unsupported_type: nothing here reads or writes this
    - not_well_formed, forbidden, too_large: the bytes themselves are refused
    - missing, invalid_number, invalid_date, invalid_text, unknown_code, unexpected_structure,
      currency_mismatch: the document says too little or something that cannot be understood
    - repeated, obsolete_code, inconsistent, wrong_type: raised in strict reading only, a remark otherwise; so is
      not_understood where a syntax is our own
    - not_carried: the document has a value this format has no place for

    >>> error = FormatError("missing", "/Order", "the document has no number")
    >>> str(error), error.code
    ('/Order: the document has no number', 'missing')
    """

    def __init__(self, code, position, reason):
        super().__init__(f"{position}: {reason}" if position else reason, code)
        self.position = position
        self.reason = reason

    def inside(self, name):
        """The same error, seen from the element around: its position begins with ``name``."""
        position = f"{name}/{self.position}" if self.position else name
        return type(self)(self.code, position, self.reason)

    def at(self, position):
        """The same error, at a position that whoever raised it did not know."""
        return type(self)(self.code, position, self.reason)

    def __reduce__(self):
        return type(self), (self.code, self.position, self.reason)
