from . import (
    integration_dashboard,
    integration_message,
    purchase_shipment,
)
