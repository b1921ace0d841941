from . import (
    test_dashboard,
    test_health,
    test_overdue,
    test_queries,
    test_tour,
)
