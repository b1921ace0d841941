from . import (
    test_credit_notes,
    test_decisions,
    test_doors,
    test_inbound,
    test_matching,
    test_payments_around,
    test_policies,
    test_queries,
    test_security,
    test_terms,
    test_tour,
    test_ways_around,
)
