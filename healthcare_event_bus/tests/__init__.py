from . import (
    test_concurrency,
    test_delivery,
    test_events,
    test_neutralize,
    test_replay,
    test_retention,
    test_rights,
    test_subscription,
)
