"""Closed sets of words."""

import enum


class Word(str, enum.Enum):
    """A word out of a closed set, equal to how it is stored and shown.

    >>> class Colour(Word):
    ...     RED = "red"
    >>> Colour.RED == "red", str(Colour.RED), f"{Colour.RED}"
    (True, 'red', 'red')
    """

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, spec: str) -> str:
        return format(str(self.value), spec)
