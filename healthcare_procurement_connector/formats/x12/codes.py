"""The code lists of X12 that documents use, beside the words and codes of canonical documents.

Numbers in comments are those of the standard's data elements.
"""

# 355, unit or basis for measurement, and UN/ECE Recommendation 20 (packages: Recommendation 21 after an X).
# CS is a cassette by the standard and a case for some: it is not here, a partner's own table tells.
UNITS = {
    "AM": "XAM",
    "AY": "AY",
    "BD": "XBE",
    "BG": "XBG",
    "BO": "XBO",
    "BX": "XBX",
    "CA": "XCS",
    "CC": "CMQ",
    "CF": "FTQ",
    "CI": "INQ",
    "CL": "XCY",
    "CM": "CMT",
    "CN": "XCA",
    "CQ": "XCQ",
    "CR": "MTQ",
    "CT": "XCT",
    "CY": "YDQ",
    "DA": "DAY",
    "DR": "XDR",
    "DZ": "DZN",
    "EA": "EA",
    "EV": "XEN",
    "FO": "OZA",
    "FT": "FOT",
    "GA": "GLL",
    "GR": "GRM",
    "GS": "GRO",
    "HC": "CEN",
    "HR": "HUR",
    "IN": "INH",
    "JR": "XJR",
    "KE": "XKG",
    "KG": "KGM",
    "KT": "KT",
    "LB": "LBR",
    "LO": "XLT",
    "LT": "LTR",
    "MC": "MC",
    "ME": "MGM",
    "MJ": "MIN",
    "ML": "MLT",
    "MM": "MMT",
    "MO": "MON",
    "MP": "TNE",
    "MR": "MTR",
    "OZ": "ONZ",
    "P1": "P1",
    "PA": "XPL",
    "PC": "H87",
    "PK": "XPK",
    "PL": "XPX",
    "PR": "PR",
    "PT": "PTL",
    "QT": "QTL",
    "RL": "XRO",
    "RM": "RM",
    "RO": "XRO",
    "SF": "FTK",
    "SH": "XST",
    "SM": "MTK",
    "ST": "SET",
    "SY": "YDK",
    "TB": "XTB",
    "TH": "MIL",
    "TN": "STN",
    "TU": "XTU",
    "UN": "C62",
    "VI": "XVI",
    "WK": "WEE",
    "YD": "YRD",
    "YR": "ANN",
}
# Of two codes for a unit, the one we write.
UNITS_WRITTEN = {"XRO": "RL"}

# 235, product or service id qualifier: what an id belongs to, of several the first kind that is there.
PRODUCT_IDS = {
    "BP": "buyer_code",
    "IN": "buyer_code",
    "CB": "buyer_code",
    "SK": "buyer_code",
    "PI": "buyer_code",
    "VN": "seller_code",
    "VC": "seller_code",
    "VP": "seller_code",
    "VA": "seller_code",
    "MG": "manufacturer_code",
    "UK": "gtin",
    "EN": "gtin",
    "UP": "gtin",
    "EO": "gtin",
    "LT": "lot",
    "SN": "serial",
    "PO": "order_number",
    "PL": "order_line",
}
PRODUCT_IDS_WRITTEN = {
    "buyer_code": "BP",
    "seller_code": "VN",
    "manufacturer_code": "MG",
    "lot": "LT",
    "serial": "SN",
    "order_number": "PO",
    "order_line": "PL",
}
# A GTIN's qualifier goes by its length.
GTIN_QUALIFIERS = {14: "UK", 13: "EN", 12: "UP", 8: "EO"}

# 66, identification code qualifier, and ISO 6523; without a number there the names people use.
PARTY_SCHEMES = {
    "UL": "0088",
    "1": "0060",
    "9": "DUNS+4",
    "21": "HIN",
    "11": "DEA",
    "91": "91",
    "92": "92",
    "ZZ": "",
}
# I05, the qualifiers of senders and receivers of interchanges; others stay as they are.
INTERCHANGE_SCHEMES = {"01": "0060", "20": "HIN"}

# 353, transaction set purpose.
PURPOSES = {
    "00": "original",
    "01": "cancel",
    "05": "replace",
    "07": "duplicate",
}
# The purpose of an order, which is an original one where it says nothing else.
ORDER_PURPOSES = {"06": "confirmation", "05": "replace", "07": "duplicate"}
# What else a purpose may be and means the same as a new document to whoever reads it.
NEUTRAL_PURPOSES = frozenset(
    {"04", "06", "14", "16", "18", "22", "24", "25", "28", "53", "PR", "SU", "ZZ"}
)

# 92, purchase order type, and UNCL1001.
ORDER_TYPES = {"SA": "220", "BK": "221", "RL": "226", "CN": "227", "NE": "105"}

# 587, acknowledgement type.
RESPONSE_STATUSES = {
    "AD": "accepted",
    "AT": "accepted",
    "AK": "accepted",
    "AC": "changed",
    "AE": "changed",
    "RO": "rejected",
    "AH": "received",
    "AP": "received",
    "RV": "received",
    "RD": "rejected",
    "RF": "rejected",
    "RJ": "rejected",
    "RN": "rejected",
    "ZZ": "received",
}

# 668, line item status.
LINE_STATUSES = {
    "IA": "accepted",
    "AC": "accepted",
    "AR": "accepted",
    "AA": "accepted",
    "IC": "changed",
    "IQ": "changed",
    "IP": "changed",
    "DR": "changed",
    "IE": "pending",
    "SP": "pending",
    "IS": "substituted",
    "IB": "backordered",
    "BP": "backordered",
    "IH": "on_hold",
    "IF": "on_hold",
    "IW": "on_hold",
    "IR": "rejected",
    "ID": "rejected",
    "R1": "rejected",
    "R2": "rejected",
    "R3": "rejected",
    "R4": "rejected",
    "R5": "rejected",
    "R6": "rejected",
    "R7": "rejected",
    "R8": "rejected",
}
LINE_STATUSES_WRITTEN = {
    "accepted": "IA",
    "changed": "IC",
    "pending": "SP",
    "substituted": "IS",
    "backordered": "IB",
    "on_hold": "IH",
    "rejected": "IR",
}
# What a code says beyond its status; it is the reason where the supplier gives no words.
LINE_REASONS = {
    "IQ": "Quantity changed",
    "IP": "Price changed",
    "DR": "Date rescheduled",
    "IE": "Price pending",
    "IF": "On hold, incomplete description",
    "IW": "On hold, waiver required",
    "ID": "Deleted",
    "R1": "Rejected, not a contract item",
    "R2": "Rejected, invalid item product number",
    "R3": "Rejected, invalid unit of issue",
    "R4": "Rejected, contract item not available",
    "R5": "Rejected as just in time",
    "R6": "Rejected as extended delivery",
    "R7": "Rejected as drop ship",
    "R8": "Rejected as surge",
}
PARTIAL = "BP"
# On a ship notice's line: the rest comes later; nothing more comes.
MORE_COMES = frozenset({"BP", "IB"})
COMPLETE = "AC"

# 374, dates: when something is delivered, and when it leaves.
DELIVERY_DATES = ("067", "069", "017", "002")
SHIP_DATES = ("068", "079", "010", "011", "038", "118")

# 670, change or response type.
LINE_ACTIONS = {"AI": "add", "DI": "delete", "NC": "keep"} | dict.fromkeys(
    "CA CB CC CE CG CT MU PC PQ PR QC QD QI RA RB RE RM RQ RS RZ TI".split(), "change"
)
LINE_ACTIONS_WRITTEN = {"add": "AI", "delete": "DI", "keep": "NC", "change": "CA"}

# 639, basis of unit price: the price is for one, or for so many of the line's unit.
PRICE_EACH = frozenset({"EA", "PE", "TE", "LE", "WE", "QE", "RE"})
PRICE_FOR = {"HP": 100, "HT": 100, "TP": 1000, "TT": 1000}

# 248 and 1300, allowances and charges, and UNCL5189 / UNCL7161. Other X12 codes stay as they are.
ALLOWANCES = {"C310": "95"}
CHARGES = {"D240": "FC", "D500": "HD", "I280": "PC"}
# Neither an allowance nor a charge of this document.
NO_CHARGE = frozenset("NPQRSWXY")

# 640, transaction type of an invoice.
INVOICE_KINDS = {
    "DI": "invoice",
    "DR": "invoice",
    "PR": "invoice",
    "DO": "invoice",
    "FA": "invoice",
    "FD": "invoice",
    "CR": "credit_note",
    "CN": "credit_note",
}

# 441, tax exempt, and UNCL5305.
TAX_EXEMPT = {"1": "E"}

# 103, packaging form, and UN/ECE Recommendation 21.
PACKAGE_KINDS = {
    "AMM": "AM",
    "BAG": "BG",
    "BDL": "BE",
    "BOX": "BX",
    "BOT": "BO",
    "CAS": "CS",
    "CRT": "CR",
    "CTN": "CT",
    "DRM": "DR",
    "ENV": "EN",
    "PAL": "PL",
    "PKG": "PK",
    "PLT": "PX",
    "SKD": "SI",
    "TBE": "TU",
}

# 353 in a catalogue.
CATALOGUE_ACTIONS = {"02": "add", "03": "delete", "04": "update", "05": "replace"}
# 875, maintenance type.
CATALOGUE_LINE_ACTIONS = {"021": "add", "002": "delete", "001": "update"}

# 143 and 479: transaction sets and the functional groups they travel in.
GROUP_TYPES = {
    "850": "PO",
    "860": "PC",
    "855": "PR",
    "865": "CA",
    "856": "SH",
    "810": "IN",
    "832": "SC",
    "997": "FA",
    "999": "FA",
}

# 715 of a group and 717 of a transaction set: accepted, accepted with errors, partly accepted, rejected (also
# for security: message authentication, assurance, decryption).
RECEIPT_STATUSES = {
    "A": "accepted",
    "E": "errors",
    "P": "partial",
    "R": "rejected",
    "M": "rejected",
    "W": "rejected",
    "X": "rejected",
}
# I17, acknowledgement of an interchange.
INTERCHANGE_STATUSES = {"A": "accepted", "E": "errors", "R": "rejected"}
