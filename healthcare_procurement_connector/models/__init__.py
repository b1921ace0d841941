from . import integration_secret_mixin  # others inherit it

# isort: split
from . import (
    account_move,
    integration_attempt,
    integration_audit,
    integration_drain,
    integration_endpoint,
    integration_endpoint_state,
    integration_exception,
    integration_fact,
    integration_lane,
    integration_mapping,
    integration_mapping_line,
    integration_message,
    integration_payload,
    integration_route,
    integration_secret,
    product_supplierinfo,
    purchase_acknowledgement,
    purchase_acknowledgement_line,
    purchase_order,
    purchase_order_line,
    purchase_shipment,
    purchase_shipment_line,
    stock_move_line,
    stock_picking,
)
