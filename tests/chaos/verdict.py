"""What is wrong in two books. Pure: books in, findings out; nothing is forgiven here.

Each rule is a function of both books; ``RULES`` names them all. The kinds of findings:

lost        something is gone: an order without its message, a message that nobody will move any more, an order
            that counts as sent and never arrived, a supplier's document that was accepted and is not there
double      something happened twice: an order at a partner who does not recognise repeats, an effect in Odoo
identity    a message came under two ids, with two contents, or under an id that is nobody's
order       an order's messages overtook each other
refused     a supplier was told that its sound document is not wanted, because something of ours was broken
broken      a message waits for a person because code of ours failed: all that partners sent was sound
unlisted    a message waits for a person whom nobody told
stuck       a job that does not move any more
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from odoo.addons.healthcare_procurement_connector.core.delivery import FINAL

WAITS_FOR_A_PERSON = {"held", "uncertain", "parked"}
# Final for the machine, and yet a person is asked.
ASKED_ABOUT = WAITS_FOR_A_PERSON | {"dead"}
ARRIVED = {"sent", "acknowledged"}
# Causes that are neither the partner's nor a person's.
OUR_FAULT = {"processing_failed", "cannot_prepare", "internal"}
# What a partner's system takes for "later", and what for "never".
LATER = {408, 425, 429}


@dataclass(frozen=True, slots=True)
class Finding:
    kind: str
    subject: str
    text: str

    def __str__(self):
        return f"{self.kind}: {self.subject}: {self.text}"


def findings(odoo, partner):
    """All that is wrong, in the order of the rules."""
    return [finding for rule in RULES for finding in rule(odoo, partner)]


def each_confirmed_order_has_one_message(odoo, _partner):
    counts = Counter(each.order for each in odoo.messages if each.kind == "order")
    names = {order.id: order.name for order in odoo.orders}
    for order in odoo.confirmed:
        if counts[order] != 1:
            kind = "double" if counts[order] else "lost"
            yield Finding(kind, names.get(order, str(order)), f"{counts[order]} order messages")


def each_message_is_final_or_a_persons(odoo, _partner):
    heads = _heads(odoo)
    for each in odoo.messages:
        if each.state in ASKED_ABOUT and each.code in OUR_FAULT:
            yield Finding("broken", _name(each), f"{each.state}: {each.error}")
        if each.state in ASKED_ABOUT and not each.asked:
            yield Finding("unlisted", _name(each), f"{each.state}, and nobody is asked")
        elif each.state not in FINAL | WAITS_FOR_A_PERSON and not _waits_behind(each, heads):
            yield Finding("lost", _name(each), f"still {each.state}, and nothing moves it")


def _heads(odoo):
    """The oldest message of each key that holds back the younger ones."""
    heads = {}
    for each in sorted(odoo.messages, key=lambda message: message.id):
        if each.key and (each.state not in FINAL or each.state == "dead"):
            heads.setdefault((each.direction, each.endpoint, each.key), each)
    return heads


def _waits_behind(message, heads):
    """Whether a person decides about what it waits for: an older message, or the one that it answers."""
    older = heads.get((message.direction, message.endpoint, message.key))
    if message.state == "waiting":
        older = heads.get(("out", message.endpoint, message.key))
    return older is not None and older.state in ASKED_ABOUT and older is not message


def what_counts_as_sent_arrived(odoo, partner):
    taken = {each.key for each in partner.deliveries if each.taken}
    for each in odoo.messages:
        if each.direction == "out" and each.state in ARRIVED and each.uid not in taken:
            yield Finding("lost", _name(each), f"is {each.state}, and the partner never got it")


def each_document_keeps_its_id_and_content(odoo, partner):
    known = {(each.endpoint, each.uid) for each in odoo.messages if each.direction == "out"}
    keys, contents = defaultdict(set), defaultdict(set)
    for each in partner.deliveries:
        keys[each.supplier, each.type, each.number].add(each.key)
        contents[each.supplier, each.key].add((each.sha, each.number))
    for (supplier, type_, number), found in keys.items():
        if len(found) > 1:
            yield Finding("identity", f"{type_} {number}", f"{supplier} got {len(found)} ids")
    for (supplier, key), found in contents.items():
        if len(found) > 1:
            yield Finding("identity", key, f"{supplier} got {len(found)} contents under it")
        if (supplier, key) not in known:
            yield Finding("identity", key, f"{supplier} got it, no message of ours has this id")


def who_does_not_recognise_repeats_gets_none(odoo, partner):
    forgetful = {each.endpoint for each in odoo.messages if not each.recognises_repeats}
    decided = {each.uid for each in odoo.messages if each.decided}
    counts = Counter(
        (each.supplier, each.type, each.number)
        for each in partner.deliveries
        if each.taken and each.supplier in forgetful and each.key not in decided
    )
    for (supplier, type_, number), count in counts.items():
        if count > 1:
            yield Finding("double", f"{type_} {number}", f"{supplier} took it {count} times")


def messages_of_an_order_keep_their_order(odoo, partner):
    """Each delivery of an older message comes before the first delivery of a younger one."""
    seen = defaultdict(list)
    for each in partner.deliveries:
        if each.taken:
            seen[each.supplier, each.key].append(each.seq)
    lines = defaultdict(list)
    for each in sorted(odoo.messages, key=lambda message: message.id):
        if each.direction == "out":
            lines[each.endpoint, each.key].append(each)
    for line in lines.values():
        latest, before = 0, None
        for each in line:
            times = seen.get((each.endpoint, each.uid))
            if not times:
                continue
            if min(times) < latest:
                yield Finding("order", _name(each), f"came before {_name(before)} was through")
            if max(times) > latest:
                latest, before = max(times), each


def a_change_has_its_order(_odoo, partner):
    """Whatever Odoo says of it: no partner ever takes a change or a cancellation of an order it does not have."""
    ordered = {}
    for each in sorted(partner.deliveries, key=lambda delivery: delivery.seq):
        if not each.taken:
            continue
        subject = (each.supplier, each.order_number)
        if each.type == "Order":
            ordered.setdefault(subject, each.seq)
        elif subject not in ordered:
            yield Finding("order", f"{each.type} {each.number}", "came before its order")


def accepted_documents_are_there_once(odoo, partner):
    arrived = defaultdict(list)
    for each in odoo.messages:
        if each.direction == "in":
            arrived[each.endpoint, each.external_id].append(each)
    for letter in partner.letters:
        found = arrived[letter.supplier, letter.external_id]
        if not letter.accepted:
            yield Finding("lost", _letter(letter), f"never taken: {_answers(letter)}")
        elif len(found) != 1:
            kind = "double" if found else "lost"
            yield Finding(kind, _letter(letter), f"accepted, and there {len(found)} times")
        elif found[0].sha != letter.sha:
            yield Finding("identity", _letter(letter), "stored with another content")


def sound_documents_are_not_refused(_odoo, partner):
    for letter in partner.letters:
        if any(300 <= status < 500 and status not in LATER for status in letter.answers):
            yield Finding("refused", _letter(letter), f"was answered {_answers(letter)}")


def each_document_has_its_effect_once(odoo, partner):
    counts = Counter((each.kind, each.supplier, each.number) for each in odoo.effects)
    for (kind, supplier, number), count in counts.items():
        if count > 1:
            yield Finding("double", f"{kind} {number}", f"{count} times for {supplier}")
    by_message = Counter(each.message for each in odoo.effects if each.message)
    for each in odoo.messages:
        expected = int(each.direction == "in" and each.state == "processed")
        if by_message[each.id] != expected:
            kind = "double" if by_message[each.id] > expected else "lost"
            text = f"is {each.state} and has {by_message[each.id]} effects"
            yield Finding(kind, _name(each), text)


def no_job_is_left(odoo, _partner):
    for job in odoo.jobs:
        if job.state not in ("done", "cancelled"):
            yield Finding("stuck", f"job {job.id} {job.method}", f"{job.state}: {job.error or '-'}")


RULES = (
    each_confirmed_order_has_one_message,
    each_message_is_final_or_a_persons,
    what_counts_as_sent_arrived,
    each_document_keeps_its_id_and_content,
    who_does_not_recognise_repeats_gets_none,
    messages_of_an_order_keep_their_order,
    a_change_has_its_order,
    accepted_documents_are_there_once,
    sound_documents_are_not_refused,
    each_document_has_its_effect_once,
    no_job_is_left,
)


def _name(message):
    return f"{message.kind or 'document'} {message.number or message.uid} ({message.endpoint})"


def _letter(letter):
    return f"{letter.kind} {letter.number} ({letter.supplier})"


def _answers(letter):
    return ", ".join(str(status) for status in letter.answers) or "no answer"
