"""What one reading of a UBL document knows beside the element at hand."""

from ..xml_context import Reading as XmlReading
from ..xml_context import Writing as XmlWriting

__all__ = ["Reading", "Writing"]


class Writing(XmlWriting):
    CURRENCY = "currencyID"


class Reading(XmlReading):
    def __init__(self, strict=False, customization=""):
        super().__init__(strict)
        self.customization = customization
        self.endpoints = {}
