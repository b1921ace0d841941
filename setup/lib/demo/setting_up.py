"""The hospital as the demo data has it, and the integration manager's afternoon: connect the suppliers."""

import base64
import secrets

from lib.demo.checks import check, wait_for
from lib.demo.hospital import BY_FOLDER, MEDISUPPLY, SUPPLIERS, endpoint, partner_id, party_of
from lib.places import FOLDERS

APPROVAL_LIMIT = 5000
# Login -> the right that its job in this story needs beside those of the demo data.
RIGHTS = (
    ("purchasing", "purchase", "group_purchase_manager"),
    ("finance", "healthcare_three_way_match", "group_match_user"),
    ("approver", "healthcare_three_way_match", "group_match_approver"),
    ("approver", "healthcare_procurement_connector", "group_integration_user"),
)


def new_keys():
    """Fresh secrets for every run, in the form of Standard Webhooks."""
    names = [f"{code}_{way}" for code in SUPPLIERS for way in ("orders", "documents")]
    return {name: _new_secret() for name in (*names, "subscriber", "nobody")}


def _new_secret():
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def supplier_settings(world, keys):
    """Who the simulated suppliers are: what the hospital knows of them, and the secrets they share with it."""
    tracking = _tracking(world)
    return [
        {
            "code": code,
            **_way(world, keys, code),
            "party": party_of(world, code),
            "account": _account(world, code),
            "tax": {"category": "S", "rate": "15"},
            "tracking": tracking,
        }
        for code in SUPPLIERS
    ]


def _way(world, keys, code):
    if code == BY_FOLDER:
        return {"folder": str(FOLDERS / code)}
    return {
        "url": f"{world.server.base}/healthcare/inbound/{code}",
        "order_secret": keys[f"{code}_orders"],
        "document_secret": keys[f"{code}_documents"],
    }


def _tracking(world):
    products = world.buyer.find(
        "product.product",
        [("tracking", "!=", "none"), ("default_code", "!=", False)],
        "default_code", "tracking", "use_expiration_date",
    )  # fmt: skip
    return {
        each["default_code"]: {
            "by": each["tracking"],
            "shelf_days": 540 if each["use_expiration_date"] else None,
        }
        for each in products
    }


def _account(world, code):
    accounts = world.clerk.find(
        "res.partner.bank", [("partner_id", "=", partner_id(world, code))], "acc_number"
    )
    return accounts[0]["acc_number"] if accounts else None


# 1. A hospital, its suppliers, its products


def the_hospital_is_there(world):
    """Two care sites, three suppliers, a dozen products with GTINs and contract prices"""
    sites = [
        site
        for site in world.warehouse.find("stock.warehouse", [], "name", "partner_id")
        if site["partner_id"]
        and world.warehouse.read("res.partner", site["partner_id"][0], "global_location_number")[
            "global_location_number"
        ]
    ]
    check(len(sites) >= 2, f"care sites with a GLN: {[site['name'] for site in sites]}")
    products = world.buyer.find(
        "product.product", [("barcode", "!=", False)], "default_code", "tracking", "uom_id"
    )
    check(len(products) >= 12, f"{len(products)} products with a GTIN")
    tracked = {each["tracking"] for each in products}
    check({"lot", "serial"} <= tracked, f"tracked by: {tracked}")
    return (
        f"{', '.join(site['name'] for site in sites)}; {len(products)} products; "
        f"{', '.join(party_of(world, code)['name'] for code in SUPPLIERS)}"
    )


def administrator_gives_rights(world):
    """The administrator says who decides: orders above 5,000, and what differs on bills"""
    admin = world.administrator
    company = admin.one("res.company", [])
    admin.write(
        "res.company",
        company["id"],
        {"po_double_validation": "two_step", "po_double_validation_amount": APPROVAL_LIMIT},
    )
    if not admin.find("res.users", [("login", "=", "purchasing")]):
        admin.create(
            "res.users",
            {"name": "Petra Purchasing", "login": "purchasing", "password": "purchasing"},
        )
    for login, module, group in RIGHTS:
        right = admin.one(
            "ir.model.data", [("module", "=", module), ("name", "=", group)], "res_id"
        )
        user = admin.one("res.users", [("login", "=", login)])
        admin.write("res.users", user["id"], {"group_ids": [(4, right["res_id"])]})
    return "\n".join(f"{login}: {group}" for login, _module, group in RIGHTS)


def manager_connects_the_suppliers(world):
    """The integration manager enters addresses and secrets, one fetches files; the connection tests succeed"""
    keys = world.need("keys")
    for code in SUPPLIERS:
        found = endpoint(world, code, "route_ids", "environment")
        check(found["route_ids"], f"endpoint {code} has no route")
        if code == BY_FOLDER:
            settings = {"poll": True}
        else:
            settings = {
                "url": world.supplier.order_url(code),
                "internal": True,
                "outbound_secret": keys[f"{code}_orders"],
                "inbound_secret": keys[f"{code}_documents"],
            }
        world.manager.write("integration.endpoint", found["id"], settings)
        result = world.manager.call("integration.endpoint", "action_test_connection", [found["id"]])
        check(result["params"]["type"] == "success", f"{code}: {result['params']['message']}")
    return result["params"]["message"]


def manager_sends_a_test_order(world):
    """A test order goes to the supplier's test system, and its answer comes back; nothing is delivered"""
    found = endpoint(world, MEDISUPPLY)
    screen = world.manager.call("integration.endpoint", "action_onboarding", [found["id"]])
    onboarding, screen_id = "integration.onboarding", screen["res_id"]
    # UBL cannot say that a document is a test: a person says that the address is.
    world.manager.write(onboarding, screen_id, {"confirmed": True})
    world.manager.call(onboarding, "action_send_test", [screen_id])
    fields = ("name", "result", "detail")
    tests = world.manager.find(
        "integration.self.test", [("endpoint_id", "=", found["id"])], *fields
    )
    wait_for(
        "the answer to the test order",
        lambda: (
            world.manager.read("integration.self.test", tests[0]["id"], "result")["result"]
            == "passed"
        ),
    )
    (order,) = world.supplier.orders(MEDISUPPLY, tests[0]["name"])
    check("DO NOT DELIVER" in order["text"], "the test order does not say that it is a test")
    return world.manager.read("integration.self.test", tests[0]["id"], "detail")["detail"]


def secrets_stay_secret(world):
    """A stored secret cannot be read back, not even by the manager"""
    found = endpoint(world, MEDISUPPLY, "outbound_secret")
    check(
        found["outbound_secret"] not in world.need("keys").values(),
        "the secret can be read",
    )
    return found["outbound_secret"]


def manager_subscribes(world):
    """The integration manager subscribes another system to every event; it is down just now"""
    keys = world.need("keys")
    subscription_id = world.manager.create(
        "integration.subscription",
        {
            "name": "Data platform",
            "url": world.subscriber.url,
            "internal": True,
            "signing_secret": keys["subscriber"],
        },
    )
    world.subscriber.fail(1)
    world.keep(subscription_id=subscription_id)
    return world.subscriber.url


STEPS = (
    the_hospital_is_there,
    administrator_gives_rights,
    manager_connects_the_suppliers,
    manager_sends_a_test_order,
    secrets_stay_secret,
    manager_subscribes,
)
