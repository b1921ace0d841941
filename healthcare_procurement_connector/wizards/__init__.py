from . import (
    integration_decision,
    integration_edit,
    integration_endpoint_pause,
    integration_exception_resolve,
    integration_export_wizard,
    integration_rehearsal,
    integration_replay,
    integration_replay_line,
    integration_reroute,
    integration_resend,
    purchase_order_phoned,
)
