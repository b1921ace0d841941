"""What a person may be asked to decide: one row per code, as data.

``owner``: who is asked when nobody is named ("endpoint": its owner; "buyer": the order's buyer).
``hours``: until when. ``suggestion``: what usually helps.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExceptionCode:
    title: str
    suggestion: str
    hours: int = 24


EXCEPTION_CODES = {
    "unreadable": ExceptionCode(
        "The document cannot be read",
        "Ask the partner to send it again; the bytes are kept with the message.",
    ),
    "unknown_supplier": ExceptionCode(
        "The seller is not known here",
        "Create the supplier with its GLN or VAT number and list it on the endpoint, then replay.",
    ),
    "wrong_supplier": ExceptionCode(
        "The sender may not speak for this seller",
        "Treat as suspicious: call the supplier on a number you know before anything else.",
        4,
    ),
    "wrong_buyer": ExceptionCode(
        "The document is addressed to somebody else",
        "If it is yours, enter that GLN or VAT number on the company or care site and replay; "
        "else discard it and tell the supplier.",
    ),
    "unknown_order": ExceptionCode(
        "The order it refers to does not exist",
        "Ask the supplier for the right order number; discard, or replay when the order exists.",
    ),
    "still_waiting": ExceptionCode(
        "What a document refers to has not come",
        "Find out what became of the order or ship notice it names. A replay applies it without waiting.",
        8,
    ),
    "unknown_unit": ExceptionCode(
        "A unit of measure is not mapped",
        "Map the code: what waits for it then goes on by itself.",
    ),
    "ambiguous_mapping": ExceptionCode(
        "A code is mapped twice",
        "Keep one of the mapping's rows, or give them different products or dates, then replay.",
    ),
    "unknown_item": ExceptionCode(
        "An item is not known",
        "Map the code, and what waits for it goes on by itself; or add the item's GTIN or supplier code to the "
        "product and replay.",
    ),
    "order_not_approved": ExceptionCode(
        "An order was taken back before it was sent",
        "Nothing has to be done if that was meant; else approve it again.",
    ),
    "phone_change": ExceptionCode(
        "The supplier takes no changes: it must be phoned",
        "Phone the supplier, then say on the order that you did: Told by phone.",
        4,
    ),
    "change_refused": ExceptionCode(
        "The supplier refuses a change",
        "Put the order back as it was, or agree on something else and save that.",
        4,
    ),
    "cancellation_refused": ExceptionCode(
        "The supplier refuses a cancellation",
        "The goods are probably on their way: agree with the supplier, or order them again here.",
        2,
    ),
    "order_unknown_to_supplier": ExceptionCode(
        "A change to an order that the supplier never got",
        "Send the order first, or place it by phone.",
        4,
    ),
    "order_cancelled": ExceptionCode(
        "An order was cancelled that the supplier may have",
        "Tell the supplier another way: there is no route for cancellations.",
        2,
    ),
    "no_gln": ExceptionCode(
        "A party has no GLN", "Enter the GLN (global location number) on the contact, then replay."
    ),
    "unknown_tax": ExceptionCode(
        "A tax does not exist here",
        "Map the code: what waits for it then goes on by itself.",
    ),
    "currency": ExceptionCode(
        "The currency is not active here", "Activate the currency or ask for a corrected document."
    ),
    "same_number_other_content": ExceptionCode(
        "The same number came before with other content",
        "Compare both documents; ask the supplier which one holds. Nothing was changed.",
    ),
    "replaced_too_late": ExceptionCode(
        "A document was replaced after it had its effect",
        "Compare both documents; correct the receipt or the bill by hand, then discard this one.",
        8,
    ),
    "withdrawn": ExceptionCode(
        "The supplier takes a document back",
        "Undo its effect by hand if there was one, then discard this one.",
        8,
    ),
    "test_document": ExceptionCode(
        "A test document reached a live endpoint, or the reverse",
        "Discard it, and tell the partner.",
    ),
    "already_entered": ExceptionCode(
        "The bill was already entered here",
        "Compare both: discard the document, or cancel the bill that was entered and replay.",
    ),
    "totals_differ": ExceptionCode(
        "The document's totals do not add up",
        "Ask the supplier for a corrected invoice.",
    ),
    "acknowledgement": ExceptionCode(
        "The supplier changed the order",
        "Open the order and accept or decline each change.",
        8,
    ),
    "shipment": ExceptionCode(
        "A ship notice does not fit the order",
        "Compare it with the receipt before the truck arrives.",
        8,
    ),
    "delivery_failed": ExceptionCode(
        "A message could not be delivered",
        "Mend the cause on the endpoint and replay, or reach the supplier another way.",
        4,
    ),
    "delivery_uncertain": ExceptionCode(
        "Nobody knows whether a message arrived",
        "Ask the supplier whether the order is there before sending it again.",
        2,
    ),
    "receipt_rejected": ExceptionCode(
        "The partner's system could not read what we sent",
        "Mend what its codes name, or call the partner; then send the document anew.",
        4,
    ),
    "receipt_missing": ExceptionCode(
        "No functional acknowledgement came",
        "Ask the partner whether its system took the document; send it anew only if it did not.",
        4,
    ),
    "unknown_receipt": ExceptionCode(
        "An acknowledgement of something that we did not send",
        "Discard it, and tell the partner which control number it names.",
    ),
    "unexpected_document": ExceptionCode(
        "A document of a kind that is not processed here",
        "Nothing was changed. Read what it says, act on it by hand if need be, then discard it.",
    ),
    "endpoint_down": ExceptionCode(
        "A partner's system does not answer",
        "Calls go again by themselves when it answers. Call the partner; pause the endpoint if it takes longer.",
        2,
    ),
    "file_refused": ExceptionCode(
        "A partner's file was not taken",
        "It is in the folder for refused files. Ask the partner for a file that can be read.",
        8,
    ),
    "mail_parked": ExceptionCode(
        "A mail with documents waits for somebody",
        "Open the mail; take its documents in only if you are sure who sent it.",
        8,
    ),
    "mail_bounced": ExceptionCode(
        "A mail of ours came back",
        "Phone the supplier if it is urgent. Correct the address on the endpoint, then send the message again.",
        2,
    ),
    "cutoff_missed": ExceptionCode(
        "An order may miss the supplier's cut-off",
        "Phone the order in if it is urgent, and say on the order that it was.",
        1,
    ),
    "cannot_prepare": ExceptionCode(
        "A message could not be prepared", "Complete what is missing, then replay.", 8
    ),
    "processing_failed": ExceptionCode(
        "A document could not be processed",
        "The cause is in the message's last attempt; replay when it is mended.",
    ),
    "runner_silent": ExceptionCode(
        "Jobs are not run",
        "Look at the server's log and at queue_job's channels: is the job runner started, is its capacity "
        "taken? Messages are sent and received meanwhile, but slowly.",
        2,
    ),
    "autopost_failed": ExceptionCode(
        "A clean bill could not be posted",
        "Open the bill, mend what the message says, and post it.",
    ),
    "paid_on_hold": ExceptionCode(
        "A held bill was paid",
        "The bank statement shows it, so it is booked. Ask the supplier for the money or a credit note, or "
        "release the hold if it is owed after all.",
        8,
    ),
    "receipt_not_billed": ExceptionCode(
        "A receipt could not be billed by itself",
        "Mend what the message says, then create the bill from the order.",
    ),
    "check_failed": ExceptionCode(
        "A check stops an order",
        "Mend what the check found and replay; or let the order go with a reason, if you may.",
        4,
    ),
    "lot_recalled": ExceptionCode(
        "A recalled lot is on its way",
        "Call the supplier before the truck arrives, and tell the warehouse not to take it in.",
        2,
    ),
    "lot_short_dated": ExceptionCode(
        "A lot on its way is expired or short-dated",
        "Agree with the supplier before the truck arrives: another lot, a better price, or no delivery.",
        8,
    ),
    "catalogue": ExceptionCode(
        "A catalogue waits for a decision",
        "Look at what it would change, approve the price jumps that are right, then apply it.",
        48,
    ),
    "statement_differs": ExceptionCode(
        "A supplier's statement and the books differ",
        "Ask the supplier for the missing document, or find out who is right; then compare the statement again.",
        72,
    ),
    "subscriber_failed": ExceptionCode(
        "A subscriber no longer takes events", "Check the subscriber's address, then resume."
    ),
}
