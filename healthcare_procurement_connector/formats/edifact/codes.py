"""The code lists of EDIFACT that documents use, beside the words and codes of canonical documents.

Numbers in comments are those of the standard's data elements.
"""

# 6411, units: Recommendation 20, of which older directories have other codes. What is not here stays as it is.
UNITS = {
    "PCE": "H87",
    "BX": "XBX",
    "CS": "XCS",
    "CT": "XCT",
    "PK": "XPK",
    "BG": "XBG",
    "BO": "XBO",
    "RO": "XRO",
}
UNITS_WRITTEN = {"H87": "PCE"}

# 7143, item type identification.
ITEM_IDS = {
    "SRV": "gtin",
    "EN": "gtin",
    "UP": "gtin",
    "SA": "seller_code",
    "VN": "seller_code",
    "IN": "buyer_code",
    "BP": "buyer_code",
    "MF": "manufacturer_code",
    "NB": "lot",
    "SN": "serial",
}
ITEM_IDS_WRITTEN = {
    "gtin": "SRV",
    "seller_code": "SA",
    "buyer_code": "IN",
    "manufacturer_code": "MF",
}

# 3055, the agency that gave a party its id, and ISO 6523.
PARTY_AGENCIES = {"9": "0088", "16": "0060", "ZZZ": ""}
# 0007, the same for senders and receivers.
INTERCHANGE_QUALIFIERS = {"14": "0088", "1": "0060", "01": "0060"}

# 1225, message function.
PURPOSES = {"9": "original", "1": "cancel", "5": "replace", "7": "duplicate", "31": "duplicate"}
CANCEL = "1"
# The same of an order, which is an original one where it says nothing else.
ORDER_PURPOSES = {"6": "confirmation", "5": "replace", "7": "duplicate", "31": "duplicate"}

# 4343, response type, and what 1225 says of a response.
RESPONSE_STATUSES = {
    "AP": "accepted",
    "AD": "accepted",
    "NA": "accepted",
    "AC": "changed",
    "AI": "changed",
    "CA": "changed",
    "RE": "rejected",
    "AB": "received",
    "AJ": "received",
}
RESPONSE_STATUSES_WRITTEN = {
    "accepted": "AP",
    "changed": "AC",
    "rejected": "RE",
    "received": "AB",
}
FUNCTION_STATUSES = {
    "29": "accepted",
    "4": "changed",
    "28": "changed",
    "30": "changed",
    "34": "changed",
    "27": "rejected",
    "12": "received",
    "23": "received",
}
FUNCTION_STATUSES_WRITTEN = {"accepted": "29", "changed": "30", "rejected": "27"}

# 1229, action on a line: in an answer, in a change, in a catalogue.
LINE_STATUSES = {
    "1": "added",
    "2": "rejected",
    "3": "changed",
    "4": "accepted",
    "5": "accepted",
    "6": "changed",
    "7": "rejected",
    "10": "rejected",
    "42": "delivered",
}
LINE_STATUSES_WRITTEN = {
    "added": "1",
    "changed": "3",
    "accepted": "5",
    "rejected": "7",
    "delivered": "42",
}
LINE_ACTIONS = {"1": "add", "2": "delete", "3": "change", "4": "keep"}
CATALOGUE_LINE_ACTIONS = {"1": "add", "2": "delete", "3": "update"}
NO_ACTION = "4"

# 1001, document name; those of an invoice that give money back.
RESPONSE_NAME = "231"
DESPATCH_NAME = "351"
CHANGE_NAME = "230"
CATALOGUE_NAME = "9"
INVOICE_NAME = "380"
CREDIT_NOTE_NAME = "381"
INVOICES = frozenset(
    "380 82 84 130 325 383 384 385 386 388 389 393 394 395 399 457 623 780".split()
)
CREDIT_NOTES = frozenset("381 81 83 261 262 296 308 396 420 458 532".split())
CATALOGUE_ACTIONS = {"5": "replace", "2": "add", "3": "delete", "4": "update"}

# 7065, type of packages, and Recommendation 21, of which GS1 has codes of its own.
PACKAGE_KINDS = {"201": "PX", "202": "PX"}

# 0083, action in a CONTRL.
CONTRL_STATUSES = {"4": "rejected", "7": "accepted", "8": "received"}
CONTRL_ACTIONS = {
    "rejected": "4",
    "accepted": "7",
    "errors": "7",
    "partial": "7",
    "received": "8",
}

# 1153, the kind of the document that an APERAK is about; ACW is any message.
DOCUMENT_REFERENCES = {
    "ON": "ORDERS",
    "POR": "ORDRSP",
    "IV": "INVOIC",
    "AAK": "DESADV",
    "PL": "PRICAT",
    "ACW": None,
}
APERAK_STATUSES = {
    "AP": "accepted",
    "CA": "errors",
    "RE": "rejected",
    "AB": "received",
}
# 1001 of an APERAK: an acknowledgement, an application error.
ACKNOWLEDGEMENT = "312"
APPLICATION_ERROR = "313"
