{
    "name": "Healthcare Integration Monitor",
    "summary": "One page that says what is stuck between us and our suppliers, why, and what it costs",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Purchase",
    "website": "https://example.org/healthcare-procurement-integration",
    "author": "Healthcare Procurement Integration contributors",
    "license": "LGPL-3",
    "depends": [
        "healthcare_procurement_connector",
        "healthcare_event_bus",
        "healthcare_three_way_match",
    ],
    "data": [
        "views/integration_dashboard_views.xml",
        "views/integration_message_views.xml",
        "views/integration_endpoint_views.xml",
        "views/purchase_shipment_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["healthcare_integration_monitor/static/src/**/*"],
        "web.assets_tests": ["healthcare_integration_monitor/static/tests/tours/**/*"],
    },
}
