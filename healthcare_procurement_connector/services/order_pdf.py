"""An order as PDF, made from the same canonical document as its UBL.

ReportLab, which Odoo brings, and not the printed purchase order: that one needs wkhtmltopdf, which is not on
every server, calls the server back for its styles, and takes a second per order, too long for two hundred.
"""

import functools
import io
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

# The first that is there: DejaVu writes most of Europe; Vera comes with ReportLab and writes its west.
_FONTS = (("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"), ("Vera.ttf", "VeraBd.ttf"))
_WIDTHS = tuple(width * mm for width in (10, 36, 57, 18, 14, 21, 21))
_LINES = colors.HexColor("#c8c8c8")


def order_pdf(env, document, uid):
    """Bytes of a PDF; ``uid`` is the message's, so that paper and record can be brought together."""
    styles = _styles()
    story = [
        Paragraph(_safe(_title(env, document)), styles["title"]),
        Table(
            _facts(env, document, styles),
            colWidths=(34 * mm, 143 * mm),
            style=_PLAIN,
            hAlign="LEFT",
        ),
        Spacer(1, 5 * mm),
    ]
    if document.lines:
        story += [_lines(env, document, styles), Spacer(1, 4 * mm)]
    if document.total is not None:
        total = env._("Total without tax: %(amount)s %(currency)s",
                      amount=_number(document.total), currency=document.currency or "")  # fmt: skip
        story.append(Paragraph(_safe(total), styles["total"]))
    target = io.BytesIO()
    SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=14 * mm,
        rightMargin=14 * mm,
        topMargin=14 * mm,
        bottomMargin=18 * mm,
        title=document.number,
        author=(document.buyer.name if document.buyer else None) or "",
        invariant=True,
    ).build(
        story,
        onFirstPage=functools.partial(_footer, env, document, uid),
        onLaterPages=functools.partial(_footer, env, document, uid),
    )
    return target.getvalue()


_PLAIN = TableStyle(
    [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0),
     ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 1)]
)  # fmt: skip
_GRID = TableStyle(
    [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINES),
     ("LINEBELOW", (0, 0), (-1, 0), 1, colors.black),
     ("LEFTPADDING", (0, 0), (-1, -1), 2), ("RIGHTPADDING", (0, 0), (-1, -1), 2)]
)  # fmt: skip


def _title(env, document):
    titles = {
        "Order": env._("Purchase order %s", document.number),
        "OrderChange": env._("Change %s of a purchase order", document.number),
        "OrderCancellation": env._("Cancellation %s of a purchase order", document.number),
    }
    return titles[type(document).__name__]


def _facts(env, document, styles):
    requested = document.requested_delivery
    rows = [
        (env._("Order"), getattr(document, "order_number", None)),
        (env._("Issued"), document.issued),
        (env._("Buyer"), _party(document.buyer)),
        (env._("Supplier"), _party(document.seller)),
        (env._("Deliver to"), _party(document.deliver_to)),
        (env._("Requested for"), requested and (requested.end or requested.start)),
        (env._("Contract"), document.contract),
        (env._("Note"), document.note),
    ]
    return [
        [Paragraph(_safe(label), styles["label"]), Paragraph(_safe(value), styles["text"])]
        for label, value in rows
        if value
    ]


def _party(party):
    if party is None:
        return None
    address = party.address
    place = address and " ".join(
        part
        for part in (address.street, address.street2, address.zip, address.city, address.country)
        if part
    )
    ids = ", ".join(value for _, value in party.ids)
    return " · ".join(part for part in (party.name, place, ids) if part)


def _lines(env, document, styles):
    titles = (
        (env._("Line"), "label"),
        (env._("Codes"), "label"),
        (env._("Description"), "label"),
        (env._("Quantity"), "over_numbers"),
        (env._("Unit"), "label"),
        (env._("Price"), "over_numbers"),
        (env._("Amount"), "over_numbers"),
    )
    rows = [[Paragraph(_safe(title), styles[style]) for title, style in titles]]
    rows += [
        [Paragraph(_safe(cell), styles[style]) for cell, style in _cells(env, line)]
        for line in document.lines
    ]
    return Table(rows, colWidths=_WIDTHS, style=_GRID, repeatRows=1, hAlign="LEFT")


def _cells(env, line):
    item, period = line.item, line.requested_delivery
    codes = [code for code in (item.gtin, item.seller_code, item.buyer_code) if code]
    day = period and (period.end or period.start)
    description = [item.name or "", line.note or "", env._("for %s", day) if day else ""]
    return (
        (line.number, "text"),
        ("\n".join(codes), "text"),
        ("\n".join(part for part in description if part), "text"),
        (_number(line.quantity.value), "number"),
        (line.quantity.unit or "", "text"),
        (_number(line.price.value) if line.price else "", "number"),
        ("" if line.amount is None else _number(line.amount), "number"),
    )


def _number(value):
    """As exact as it is in the document: a price is not rounded on paper."""
    return f"{value:,f}"


def _safe(value):
    """Text that is no markup, with the characters that the font has; others show as a box with a question."""
    known = pdfmetrics.getFont(_fonts()[0]).face.charToGlyph
    text = "".join(c if c == "\n" or ord(c) in known else "?" for c in str(value))
    return escape(text).replace("\n", "<br/>")


def _footer(env, document, uid, canvas, template):
    canvas.saveState()
    canvas.setFont(_fonts()[0], 7)
    canvas.drawString(14 * mm, 10 * mm, f"{document.number} · {uid}")
    canvas.drawRightString(A4[0] - 14 * mm, 10 * mm, env._("Page %s", template.page))
    canvas.restoreState()


@functools.cache
def _fonts():
    """(regular, bold) as registered with ReportLab."""
    for files in _FONTS:
        try:
            for name in files:
                pdfmetrics.registerFont(TTFont(name, name))
            return files
        except TTFError:
            continue
    raise RuntimeError("ReportLab came without its own fonts")


@functools.cache
def _styles():
    regular, bold = _fonts()
    text = ParagraphStyle("text", fontName=regular, fontSize=8, leading=10)
    return {
        "text": text,
        "label": ParagraphStyle("label", text, fontName=bold),
        "over_numbers": ParagraphStyle("over_numbers", text, fontName=bold, alignment=2),
        "number": ParagraphStyle("number", text, alignment=2),
        "total": ParagraphStyle("total", text, fontName=bold, fontSize=10, alignment=2),
        "title": ParagraphStyle(
            "title", text, fontName=bold, fontSize=15, leading=22, spaceAfter=8
        ),
    }
