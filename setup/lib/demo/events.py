"""What the rest of the hospital's systems, and the people who watch, got to know."""

from lib.demo.checks import check, wait_for

PREFIX, VERSION = "org.healthcare-procurement.", ".v1"
TOLD = {
    "order.queued",
    "order.sent",
    "order.acknowledged",
    "shipment.announced",
    "goods.received",
    "invoice.received",
    "invoice.held",
    "hold.released",
    "hold.disputed",
    "invoice.matched",
    "invoice.posted",
    "exception.raised",
    "exception.resolved",
}


def events_arrived(world):
    """Every event in the outbox was delivered to the subscriber as a signed CloudEvent"""
    wait_for("all events at the subscriber", lambda: not _missing(world))
    events = world.subscriber.events()
    types = {each["type"].removeprefix(PREFIX).removesuffix(VERSION) for each in events}
    check(types >= TOLD, f"no event of: {', '.join(sorted(TOLD - types))}")
    check(not world.subscriber.refused(), f"refused: {world.subscriber.refused()}")
    world.keep(events=events)
    return f"{len(events)} events of {len(types)} types"


def _missing(world):
    stored = world.manager.find("integration.event", [], "uuid")
    told = {each["id"] for each in world.subscriber.events()}
    return {each["uuid"] for each in stored} - told


def events_are_in_order(world):
    """They came in order: the outbox's order, and without a gap for each order"""
    events = world.need("events")
    stored = world.manager.find("integration.event", [], "uuid", order="position")
    ids = {each["id"] for each in events}
    expected = [each["uuid"] for each in stored if each["uuid"] in ids]
    told = [each["id"] for each in events if each["id"] in set(expected)]
    check(told == expected, "the subscriber's order is not the outbox's")
    sequences = {}
    for each in events:
        sequences.setdefault(each["partitionkey"], []).append(int(each["sequence"]))
    for key, numbers in sequences.items():
        expected = list(range(numbers[0], numbers[0] + len(numbers)))
        check(numbers == expected, f"{key}: {numbers}")
    return f"{len(sequences)} keys, e.g. " + _of_order(world, events)


def _of_order(world, events):
    reference = world.need("order")["business_ref"]
    types = [each["type"] for each in events if each.get("correlationid") == reference]
    return " → ".join(each.removeprefix(PREFIX).removesuffix(VERSION) for each in types)


def what_it_missed_came_later(world):
    """The subscriber was down for the first delivery; it got that event all the same, before the others"""
    first, *_others = world.need("events")
    attempts = world.manager.find(
        "integration.event.delivery",
        [("subscription_id", "=", world.need("subscription_id"))],
        "event_id",
        "outcome",
        "status",
    )
    check(attempts[0]["outcome"] == "failed", f"the first attempt: {attempts[0]}")
    event = world.manager.read("integration.event", attempts[0]["event_id"][0], "uuid")
    check(event["uuid"] == first["id"], "another event overtook the one that failed")
    return f"{first['type']}: HTTP {attempts[0]['status']}, then delivered"


STEPS = (events_arrived, events_are_in_order, what_it_missed_came_later)
