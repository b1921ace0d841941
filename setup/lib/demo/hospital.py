"""What the demo data holds, by the names that the story uses."""

MEDISUPPLY, SURGILINE, PHARMACOLD = "medisupply", "surgiline", "pharmacold"
SUPPLIERS = (MEDISUPPLY, SURGILINE, PHARMACOLD)
# Exchanges files; the others are called over HTTP.
BY_FOLDER = PHARMACOLD


def endpoint(world, code, *fields):
    return world.manager.one("integration.endpoint", [("code", "=", code)], "partner_ids", *fields)


def partner_id(world, code):
    """The supplier behind an endpoint."""
    (partner,) = endpoint(world, code)["partner_ids"]
    return partner


def party_of(world, code):
    """The supplier as its documents name it."""
    partner = world.buyer.read(
        "res.partner", partner_id(world, code), "name", "global_location_number"
    )
    return {"name": partner["name"], "ids": [["0088", partner["global_location_number"]]]}


def contract(world, code):
    """A supplier's contract: product code -> the product and the unit that its price is for."""
    prices = world.buyer.find(
        "product.supplierinfo",
        [("partner_id", "=", partner_id(world, code))],
        "product_tmpl_id",
        "product_uom_id",
    )
    units = {price["product_tmpl_id"][0]: price["product_uom_id"][0] for price in prices}
    products = world.buyer.find(
        "product.product",
        [("product_tmpl_id", "in", list(units))],
        "default_code",
        "product_tmpl_id",
    )
    return {
        product["default_code"]: {
            "product_id": product["id"],
            "product_uom_id": units[product["product_tmpl_id"][0]],
        }
        for product in products
    }
