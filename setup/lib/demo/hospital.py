"""What the demo data holds, by the names that the story uses."""

MEDISUPPLY, SURGILINE, PHARMACOLD = "medisupply", "surgiline", "pharmacold"
SUPPLIERS = (MEDISUPPLY, SURGILINE, PHARMACOLD)


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


def product_id(world, default_code):
    return world.buyer.one("product.product", [("default_code", "=", default_code)])["id"]
