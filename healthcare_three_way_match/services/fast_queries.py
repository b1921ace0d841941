"""What ``fast_rows`` asks the database, as text: which bills are plain, and the rows of all that they need."""

# Why a bill is not plain, as SQL on ``bill``, its stored ``match`` and its ``supplier``.
NOT_PLAIN = {
    "no bill, or cancelled": "bill.move_type NOT IN ('in_invoice', 'in_receipt') OR bill.state = 'cancel'",
    "something was held, or is": "match.state NOT IN ('clean', 'none') OR EXISTS ("
    "SELECT 1 FROM purchase_match_hold hold WHERE hold.match_id = match.id)",
    "names no order": "NOT EXISTS (SELECT 1 FROM account_move_line line"
    " WHERE line.move_id = bill.id AND line.purchase_line_id IS NOT NULL"
    " AND line.display_type = 'product')",
    "supplier is blocked": "supplier.bills_blocked",
    "number came before": "bill.match_number_key IS NOT NULL AND EXISTS (SELECT 1 FROM account_move twin"
    " WHERE twin.match_number_key = bill.match_number_key AND twin.id != bill.id"
    " AND twin.commercial_partner_id = bill.commercial_partner_id"
    " AND twin.company_id = bill.company_id AND twin.state != 'cancel')",
    "names lots": "EXISTS (SELECT 1 FROM account_move_line line"
    " WHERE line.move_id = bill.id AND line.match_lots > '')",
    "credited": "EXISTS (SELECT 1 FROM account_move note WHERE note.reversed_entry_id = bill.id)",
}


def _any(conditions):
    """Whether one of them is true, as SQL."""
    return " OR ".join(f"COALESCE({each}, false)" for each in conditions)


HEADS = f"""
    SELECT bill.id, bill.state, bill.date, bill.invoice_date, bill.create_date,
           bill.integration_total, bill.integration_message_id, bill.integration_payee_account,
           bill.company_id, bill.commercial_partner_id, bill.journal_id, currency.name, currency.rounding,
           match.id, match.posted_on, match.state, match.agreed, bill.currency_id
      FROM account_move bill
      JOIN res_currency currency ON currency.id = bill.currency_id
      JOIN res_partner supplier ON supplier.id = bill.commercial_partner_id
      LEFT JOIN purchase_match match ON match.bill_id = bill.id
     WHERE bill.id = ANY(%s)
       AND NOT ({_any(NOT_PLAIN.values())})
"""

LINES = """
    SELECT line.id, line.move_id, line.quantity, line.product_uom_id, line.price_unit, line.discount,
           line.price_subtotal, line.price_total, line.integration_charge, line.purchase_line_id,
           line.account_id
      FROM account_move_line line
     WHERE line.id = ANY(%s) AND line.display_type = 'product'
     ORDER BY line.move_id, line.id
"""

# Why an order line is not plain, as SQL on it (``line``), its ``"order"`` and its product's ``template``: lots, down
# payments on the order, blanket orders, usage reports, what was said of a bill before.
UNLIKE = (
    "template.tracking != 'none'",
    "EXISTS (SELECT 1 FROM purchase_order_line down WHERE down.order_id = line.order_id AND down.is_downpayment)",
    '"order".match_blanket',
    '"order".match_blanket_id IS NOT NULL',
    '"order".match_bill_only',
    "line.match_remembered::text NOT IN ('null', '{}')",
)

ORDER_LINES = f"""
    SELECT line.id, "order".name, line.product_qty, line.product_uom_id, line.price_unit, line.discount,
           currency.name, "order".state, line.qty_received_method, line.qty_received, line.product_id,
           line.date_planned, product.product_tmpl_id, line.order_id, supplier.commercial_partner_id,
           category.parent_path, {_any(UNLIKE)}
      FROM purchase_order_line line
      JOIN purchase_order "order" ON "order".id = line.order_id
      JOIN res_currency currency ON currency.id = "order".currency_id
      JOIN res_partner supplier ON supplier.id = "order".partner_id
      LEFT JOIN product_product product ON product.id = line.product_id
      LEFT JOIN product_template template ON template.id = product.product_tmpl_id
      LEFT JOIN product_category category ON category.id = template.categ_id
     WHERE line.id = ANY(%s)
"""

# A move that comes back, or goes back, is left to who knows what it means: see ``collect._direction``.
MOVES = """
    SELECT move.purchase_line_id, move.quantity, move.product_uom, move.product_id,
           move.origin_returned_move_id IS NULL AND place.usage != 'supplier', place.id
      FROM stock_move move
      JOIN stock_location place ON place.id = move.location_dest_id
     WHERE move.purchase_line_id = ANY(%s) AND move.state = 'done'
     ORDER BY move.sequence, move.id
"""

CLAIMS = """
    SELECT line.id, line.purchase_line_id, line.move_id, line.quantity,
           COALESCE(line.product_uom_id, "order".product_uom_id), line.price_unit,
           line.discount, bill.move_type, bill.state, bill.date, bill.reversed_entry_id, match.posted_on,
           currency.name
      FROM account_move_line line
      JOIN account_move bill ON bill.id = line.move_id
      JOIN purchase_order_line "order" ON "order".id = line.purchase_line_id
      JOIN res_currency currency ON currency.id = line.currency_id
      LEFT JOIN purchase_match match ON match.bill_id = bill.id
     WHERE line.purchase_line_id = ANY(%s) AND line.parent_state != 'cancel' AND line.display_type = 'product'
       AND (bill.move_type IN ('in_invoice', 'in_receipt')
            OR bill.move_type = 'in_refund' AND bill.state = 'posted')
"""

TAXES = (
    "SELECT account_move_line_id, account_tax_id FROM account_move_line_account_tax_rel"
    " WHERE account_move_line_id = ANY(%s)"
)
ORDER_TAXES = (
    "SELECT purchase_order_line_id, account_tax_id FROM account_tax_purchase_order_line_rel"
    " WHERE purchase_order_line_id = ANY(%s)"
)

PACKS = """
    SELECT product.id, template.uom_id, template.uom_id AS base
      FROM product_product product JOIN product_template template ON template.id = product.product_tmpl_id
     WHERE product.id = ANY(%(products)s)
     UNION
    SELECT product.id, rel.uom_uom_id, template.uom_id
      FROM product_product product JOIN product_template template ON template.id = product.product_tmpl_id
      JOIN product_template_uom_uom_rel rel ON rel.product_template_id = template.id
     WHERE product.id = ANY(%(products)s)
     UNION
    SELECT product.id, seller.product_uom_id, template.uom_id
      FROM product_product product JOIN product_template template ON template.id = product.product_tmpl_id
      JOIN product_supplierinfo seller ON seller.product_tmpl_id = template.id
     WHERE product.id = ANY(%(products)s) AND (seller.product_id IS NULL OR seller.product_id = product.id)
"""

# What most lines need, as ``core.pairs.Pair``; ``own`` is the bill's line, ``line`` the order's.
PAIRS = f"""
    SELECT own.id, own.move_id, COALESCE(own.quantity, 0)::float8, own.product_uom_id,
           COALESCE(own.price_unit, 0)::float8, COALESCE(own.discount, 0)::float8,
           COALESCE(own.price_subtotal, 0)::float8,
           ARRAY(SELECT rel.account_tax_id FROM account_move_line_account_tax_rel rel
                  WHERE rel.account_move_line_id = own.id ORDER BY 1)::text,
           own.product_id, CASE WHEN own.product_id IS NULL THEN own.name END,
           line.id, COALESCE(line.product_qty, 0)::float8, line.product_uom_id,
           COALESCE(line.price_unit, 0)::float8, COALESCE(line.discount, 0)::float8,
           ARRAY(SELECT rel.account_tax_id FROM account_tax_purchase_order_line_rel rel
                  WHERE rel.purchase_order_line_id = line.id ORDER BY 1)::text,
           "order".currency_id, "order".state = 'purchase', COALESCE(line.qty_received_method = 'stock_moves', false),
           CASE WHEN moved.times = 1 AND moved.alike THEN moved.quantity::float8 END,
           line.date_planned::date, line.order_id, category.parent_path, supplier.commercial_partner_id,
           EXISTS (SELECT 1 FROM account_move_line other
                    WHERE other.purchase_line_id = line.id AND other.id != own.id
                      AND other.parent_state != 'cancel' AND other.display_type = 'product'),
           {_any([*UNLIKE, "own.integration_charge > ''", "moved.odd"])}
           OR EXISTS (SELECT 1 FROM product_supplierinfo seller
                       WHERE seller.product_tmpl_id = template.id AND seller.contract_reference > '')
      FROM account_move_line own
      LEFT JOIN purchase_order_line line ON line.id = own.purchase_line_id
      LEFT JOIN purchase_order "order" ON "order".id = line.order_id
      LEFT JOIN res_partner supplier ON supplier.id = "order".partner_id
      LEFT JOIN product_product product ON product.id = line.product_id
      LEFT JOIN product_template template ON template.id = product.product_tmpl_id
      LEFT JOIN product_category category ON category.id = template.categ_id
      LEFT JOIN LATERAL (
           SELECT count(*) AS times, min(move.quantity) AS quantity,
                  bool_and(move.product_uom = line.product_uom_id AND move.product_id = line.product_id) AS alike,
                  bool_or(move.origin_returned_move_id IS NOT NULL
                          OR move.location_dest_id = ANY(%(places)s)) AS odd
             FROM stock_move move
            WHERE move.purchase_line_id = line.id AND move.state = 'done'
      ) moved ON true
     WHERE own.move_id = ANY(%(bills)s) AND own.display_type = 'product'
     ORDER BY own.move_id, own.id
"""

WITH_CONTRACT = """
    SELECT DISTINCT product_tmpl_id FROM product_supplierinfo
     WHERE product_tmpl_id = ANY(%s) AND contract_reference > ''
"""

ACCOUNTS = """
    SELECT owner.commercial_partner_id, bank.acc_number, bank.allow_out_payment, bank.create_date
      FROM res_partner_bank bank JOIN res_partner owner ON owner.id = bank.partner_id
     WHERE owner.commercial_partner_id = ANY(%s) AND bank.active
"""
