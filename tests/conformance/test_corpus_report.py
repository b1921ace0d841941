"""The report by family."""

from corpus_report import Report


def test_a_row_for_each_family_and_what_else_was_counted():
    report = Report()
    for step in ("documents", "valid", "parsed", "agreed"):
        report.count("X12 850", step)
    report.count("X12 850", "documents")
    report.count("X12 850", "others read")
    for step in ("documents", "refused"):
        report.count("X12, other types", step)
    report.count("X12 850", "round trip")
    report.count("fragments", "parsed")
    assert list(report.lines()) == [
        "family            documents      valid     parsed     agreed  refused with a code  others read",
        "X12 850                   2          1          1          1                    0            1",
        "X12, other types          1          0          0          0                    1            0",
        "all                       3          1          1          1                    1            1",
        "X12 850: round trip 1",
        "fragments: parsed 1",
    ]
