"""The vendor prices of a supplier that a company buys by."""


def prices_of(env, supplier, company, limit=None):
    return env["product.supplierinfo"].search(
        [
            ("partner_id", "child_of", supplier.ids),
            ("company_id", "in", [False, company.id]),
            ("product_tmpl_id.active", "=", True),
        ],
        limit=limit,
        order="id",
    )
