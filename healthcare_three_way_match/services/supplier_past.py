"""How a supplier's bills fared in the last year, and what that says about those that are held now."""

from dataclasses import dataclass, field

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tools import SQL

from ..core.suggestion import Past

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class SupplierPast:
    """``bills`` compared, ``held`` of them, median ``days`` until a hold was decided; per kind how holds ended."""

    bills: int = 0
    held: int = 0
    days: float | None = None
    kinds: dict[str, Past] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def supplier_past(match):
    """The past of the supplier of this match, in its company and without its own bill. One query.

    Only counts leave here: who may see one bill of a supplier learns how often the others were held, and
    nothing of what they say.
    """
    env = match.env
    env["purchase.match"].flush_model(["partner_id", "company_id", "bill_id"])
    env["purchase.match.hold"].flush_model(["match_id", "code", "state", "decided_on"])
    since = fields.Datetime.now() - relativedelta(months=_MONTHS)
    query = SQL(
        """
        SELECT hold.code,
               GROUPING(hold.code),
               COUNT(DISTINCT match.id),
               COUNT(DISTINCT hold.match_id),
               COUNT(*) FILTER (WHERE hold.state = 'released'),
               COUNT(*) FILTER (WHERE hold.state = 'auto_released'),
               COUNT(*) FILTER (WHERE hold.state = 'disputed'),
               PERCENTILE_CONT(0.5) WITHIN GROUP (
                   ORDER BY EXTRACT(EPOCH FROM hold.decided_on - hold.create_date) / 86400.0
               ) FILTER (WHERE hold.state IN ('released', 'auto_released'))
          FROM purchase_match AS match
          LEFT JOIN purchase_match_hold AS hold ON hold.match_id = match.id
         WHERE match.partner_id = %s
           AND match.company_id = %s
           AND match.create_date >= %s
           AND match.id <> %s
         GROUP BY GROUPING SETS ((), (hold.code))
        """,
        match.partner_id.id,
        match.company_id.id,
        since,
        match.id,
    )
    bills, held, days, kinds, counts = 0, 0, None, {}, {}
    for code, over_all, compared, with_holds, released, went, disputed, median in env.execute_query(
        query
    ):
        if over_all:
            bills, held, days = compared, with_holds, median
        elif code:
            kinds[code] = Past(released, went, disputed)
            counts[code] = with_holds
    return SupplierPast(bills, held, None if days is None else float(days), kinds, counts)
