"""The suppliers' ledger as a PartnerBook."""

from . import ledger
from .books import Delivery, Letter, PartnerBook


def read(path):
    deliveries, letters, answers = [], {}, {}
    for line in ledger.read(path):
        if line["what"] == "delivery":
            deliveries.append(Delivery(**{name: line[name] for name in Delivery.__slots__}))
        elif line["what"] == "post":
            about = (line["supplier"], line["webhook_id"])
            letters[about] = line
            answers.setdefault(about, []).append(line["status"])
    return PartnerBook(
        tuple(deliveries),
        tuple(
            Letter(
                supplier=line["supplier"],
                kind=line["kind"],
                number=line["number"],
                order_number=line["order_number"],
                external_id=line["webhook_id"],
                sha=line["sha"],
                answers=tuple(answers[about]),
            )
            for about, line in letters.items()
        ),
    )
