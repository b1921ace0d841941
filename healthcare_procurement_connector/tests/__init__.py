from . import (
    test_acknowledgement,
    test_despatch_advice,
    test_endpoint,
    test_exceptions,
    test_inbound_http,
    test_inbox,
    test_invoice,
    test_neutralize,
    test_outbox,
    test_retention,
    test_rights,
    test_tours,
)
