"""A functional acknowledgement that arrived: it names what we sent, and has no identity in business of its own."""

from ..core.documents import Receipt
from ..core.interchange import normal
from .arrival import Arrival


def arrival_of(message, document):
    return (ReceiptArrival if isinstance(document, Receipt) else Arrival)(message, document)


class ReceiptArrival(Arrival):
    identity_key = None
    business_key = None

    def recognise(self):
        """It comes from whom it was sent to: the endpoint, which may speak for several."""
        self.check_environment()
        listed = self._listed()
        if len(listed) == 1:
            self.supplier = listed

    def order_numbers(self):
        return []

    def keys(self):
        """Two that name the same go one after the other."""
        return {f"receipt:{self.endpoint.id}:{normal(self.document.control)}"}
