from . import (
    integration_event,
    integration_event_counter,
    integration_event_delivery,
    integration_event_drain,
    integration_event_relay,
    integration_fact,
    integration_subscription,
    integration_subscription_state,
    purchase_order,
)
