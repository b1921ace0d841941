"""What people who watch see of all this."""

from lib.demo.checks import check

WAITING_STATES = ("held", "uncertain", "dead", "parked")


def numbers_are_right(world):
    """Its numbers are those of the lists behind it"""
    world.need("order")
    data = world.approver.call("integration.dashboard", "get_data")
    tiles = {tile["key"]: tile for tile in data["tiles"]}
    shown = {key: tiles[key]["count"] for key in ("messages", "exceptions", "decisions", "holds")}
    pending = world.buyer.find(
        "purchase.acknowledgement.line", [("decision", "=", "pending")], "acknowledgement_id"
    )
    holds = world.clerk.find(
        "purchase.match.hold", [("state", "in", ("open", "disputed"))], "bill_id"
    )
    counted = {
        "messages": _count(world, "integration.message", [("state", "in", WAITING_STATES)]),
        "exceptions": _count(world, "integration.exception", [("state", "=", "open")]),
        "decisions": len({line["acknowledgement_id"][0] for line in pending}),
        "holds": len({hold["bill_id"][0] for hold in holds}),
    }
    check(shown == counted, f"shown {shown}, counted {counted}")
    check(counted["exceptions"] and counted["holds"], f"nothing to show: {counted}")
    world.keep(dashboard=data)
    return ", ".join(f"{tiles[key]['title']}: {count}" for key, count in shown.items())


def traffic_is_right(world):
    """It shows every supplier's traffic and what is urgent"""
    data = world.need("dashboard")
    for way in ("in", "out"):
        counted = _count(world, "integration.message", [("direction", "=", way)])
        check(data["rolling"][way] == counted, f"{way}: {data['rolling'][way]}, not {counted}")
    open_ones = world.manager.find("integration.exception", [("state", "=", "open")], "code")
    urgent = {each["id"] for each in data["exceptions"]}
    check(urgent <= {each["id"] for each in open_ones} and urgent, f"urgent: {urgent}")
    return "\n".join(
        f"{row['name']}: {row['in']} in, {row['out']} out, {row['health_label']}"
        for row in data["endpoints"]
    )


def each_tile_opens_its_list(world):
    """Each tile opens the list behind it"""
    data = world.need("dashboard")
    for tile in data["tiles"]:
        action = world.administrator.open_action(tile["action"]["xmlid"])
        check(action.get("res_model"), f"{tile['title']} opens {action}")
    return f"{len(data['tiles'])} tiles"


def _count(world, model, domain):
    return world.manager.call(model, "search_count", domain)


STEPS = (numbers_are_right, traffic_is_right, each_tile_opens_its_list)
