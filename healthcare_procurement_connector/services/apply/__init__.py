"""What each document type does to Odoo: one file per type, registered here."""

from .catalogue import apply_catalogue
from .despatch_advice import apply_despatch_advice
from .invoice import apply_invoice
from .order_response import apply_order_response
from .receipt import apply_receipt

APPLIERS = {
    "order_response": apply_order_response,
    "despatch_advice": apply_despatch_advice,
    "invoice": apply_invoice,
    "credit_note": apply_invoice,
    "catalogue": apply_catalogue,
    "receipt": apply_receipt,
}
