"""The audit record of what suppliers are told about orders."""


def audit(acts):
    """``acts``: (order, action, detail) each; written at once, in the transaction of the acts."""
    acts = list(acts)
    if acts:
        acts[0][0].env["integration.audit"]._append(
            [
                {
                    "action": action,
                    "res_model": order._name,
                    "res_id": order.id,
                    "company_id": order.company_id.id,
                    "business_ref": order.business_ref,
                    "detail": detail,
                }
                for order, action, detail in acts
            ]
        )


def of_rows(rows, what, **detail):
    """Acts on rows of ``purchase.order.change``, for ``audit``."""
    return [
        (row.order_id, f"{row._document_type()}.{what}", {"number": row.number, **detail})
        for row in rows
    ]
