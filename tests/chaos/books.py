"""What both sides wrote down, as plain values: the input of ``verdict``."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """A row of Odoo's message table. ``asked``: an open exception of it is on somebody's list; ``decided``: a person
    has sent it again by hand."""

    id: int
    uid: str
    direction: str
    kind: str | None
    state: str
    endpoint: str
    recognises_repeats: bool = True
    number: str | None = None
    key: str | None = None
    revision: int = 0
    order: int | None = None
    external_id: str | None = None
    sha: str | None = None
    asked: bool = False
    decided: bool = False
    code: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    id: int
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a supplier's document did inside Odoo: a purchase.acknowledgement or an account.move."""

    kind: str
    supplier: str
    number: str
    message: int | None


@dataclass(frozen=True, slots=True)
class Job:
    id: int
    method: str
    state: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class OdooBook:
    """``confirmed``: the orders that the buyers confirmed, whatever became of them."""

    messages: tuple[Message, ...] = ()
    orders: tuple[Order, ...] = ()
    confirmed: tuple[int, ...] = ()
    effects: tuple[Effect, ...] = ()
    jobs: tuple[Job, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """A request that reached a supplier; ``taken``: the supplier has the document now."""

    seq: int
    supplier: str
    key: str
    sha: str
    type: str
    number: str
    order_number: str
    revision: int | None = None
    taken: bool = True
    how: str = "served"


@dataclass(frozen=True, slots=True)
class Letter:
    """A document that a supplier posted, and what Odoo answered to each try (0: nothing)."""

    supplier: str
    kind: str
    number: str
    order_number: str
    external_id: str
    sha: str
    answers: tuple[int, ...] = ()

    @property
    def accepted(self):
        return any(200 <= status < 300 for status in self.answers)


@dataclass(frozen=True, slots=True)
class PartnerBook:
    deliveries: tuple[Delivery, ...] = ()
    letters: tuple[Letter, ...] = field(default=())
