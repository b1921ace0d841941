"""The report at the end: what became of other people's documents, by family, and what else was counted."""

from collections import Counter

# What a document goes through. Of those that are valid and of a type we read: parsed, and saying the same as an
# independent reading does. The others are refused with a code, or read where that can be done without guessing.
STEPS = ("documents", "valid", "parsed", "agreed", "refused", "others read")
HEADINGS = {**dict(zip(STEPS, STEPS, strict=True)), "refused": "refused with a code"}


class Report:
    def __init__(self):
        self._counts = Counter()

    def __bool__(self):
        return bool(self._counts)

    def count(self, family, what):
        self._counts[family, what] += 1

    def lines(self):
        """A table of the families whose documents were counted; then what else was."""
        families = sorted(name for name, what in self._counts if what == STEPS[0])
        if families:
            yield from self._table(families)
        for family in sorted({name for name, _what in self._counts}):
            told = {what: n for (name, what), n in self._counts.items() if name == family}
            if family in families:
                told = {what: n for what, n in told.items() if what not in STEPS}
            if told:
                yield f"{family}: {', '.join(f'{what} {n}' for what, n in sorted(told.items()))}"

    def _table(self, families):
        rows = [[family, *(self._counts[family, step] for step in STEPS)] for family in families]
        rows.append(["all", *map(sum, zip(*(numbers for _family, *numbers in rows), strict=True))])
        width = max(len(row[0]) for row in rows)
        for family, *cells in [["family", *HEADINGS.values()], *rows]:
            columns = zip(cells, HEADINGS.values(), strict=True)
            told = [f"{cell:>{max(9, len(heading))}}" for cell, heading in columns]
            yield "  ".join([f"{family:{width}}", *told])
