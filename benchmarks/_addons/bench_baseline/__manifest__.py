{
    "name": "Benchmark baselines",
    "summary": "What the benchmarks are compared with; never installed anywhere else",
    "version": "19.0.1.0.0",
    "author": "Healthcare Procurement Integration contributors",
    "website": "https://example.org/healthcare-procurement-integration",
    "license": "LGPL-3",
    "depends": ["healthcare_procurement_connector"],
    "data": ["security/ir.model.access.csv", "data/queue.xml"],
}
