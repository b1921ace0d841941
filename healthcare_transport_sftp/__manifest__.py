{
    "name": "Healthcare Transport: SFTP",
    "summary": "Orders to, and documents from, the folders of a supplier's or broker's SFTP server",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Purchase",
    "website": "https://example.org/healthcare-procurement-integration",
    "author": "Healthcare Procurement Integration contributors",
    "license": "LGPL-3",
    "depends": ["healthcare_procurement_connector"],
    "external_dependencies": {"python": ["paramiko"]},
    "data": ["views/integration_endpoint_views.xml"],
}
