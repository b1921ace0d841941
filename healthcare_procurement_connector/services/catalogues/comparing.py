"""The dry run: what each line would do, without doing it."""

from fractions import Fraction

from odoo import fields
from odoo.tools import SQL

from ...core.catalogue import Offer, Verdict, compare, is_jump, per_unit, withdraw
from ...core.exceptions import BusinessError
from ..numbers import rounded
from ..units import ratio
from . import asking
from .price_list import PriceList
from .run_states import count, move

CHUNK = 1000
# What comparing finds out about a line, and how PostgreSQL is to read it.
RESULT = {
    "verdict": "varchar",
    "jump": "boolean",
    "replaces": "boolean",
    "product_id": "integer",
    "uom_id": "integer",
    "price": "numeric",
    "minimum": "numeric",
    "known_id": "integer",
    "old_price": "numeric",
    "change": "numeric",
    "error_code": "varchar",
    "error_text": "varchar",
}


def compare_chunk(run):
    """Compares the next lines; False if there are none left."""
    lines = run.env["integration.catalogue.line"].search(
        [("catalogue_id", "=", run.id), ("id", ">", run.compared_id), ("position", "!=", False)],
        order="id",
        limit=CHUNK,
    )
    if not lines:
        return False
    day = fields.Date.context_today(run)
    price_list = PriceList(run, day)
    readable = lines.filtered(lambda line: line.verdict != "bad")
    price_list.load(readable)
    comparison = Comparison(run, price_list)
    results = {line.id: comparison.result(line) for line in readable}
    _write(run.env, results)
    verdicts = [result["verdict"] for result in results.values()]
    jumps = sum(result["jump"] for result in results.values())
    count(run, verdicts, compared_id=lines[-1:].id, jump_count=run.jump_count + jumps)
    return True


class Comparison:
    """Decides about lines whose products and prices are loaded."""

    def __init__(self, run, price_list):
        self.env = run.env
        self.contract = run.contract or None
        self.threshold = Fraction(rounded(run.jump_percent))
        self.price_list = price_list

    def result(self, line):
        """The columns of RESULT."""
        result = dict.fromkeys(RESULT)
        result |= {"jump": False, "replaces": False}
        product = self.price_list.product(line)
        if not product:
            return result | self._not_found(line, product)
        try:
            offer = self.offer(line, self.price_list.products[product])
        except BusinessError as error:
            failed = {"verdict": "bad", "error_code": error.code, "error_text": str(error)}
            return result | failed | {"product_id": product}
        verdict = self.verdict(line.action, offer)
        known = verdict.known
        return result | {
            "verdict": verdict.kind,
            "jump": verdict.kind in ("new", "changed") and is_jump(verdict.change, self.threshold),
            "replaces": verdict.replaces,
            "product_id": product,
            "uom_id": offer.unit,
            "price": _decimal(offer.price),
            "minimum": _decimal(offer.minimum),
            "known_id": known.id if known else None,
            "old_price": _decimal(known.price) if known else None,
            "change": _decimal(verdict.change, 2) if verdict.change is not None else None,
        }

    def verdict(self, action, offer):
        known = self.price_list.known(offer.product)
        if action != "delete":
            return compare(offer, known, self.price_list.day)
        own = [
            each
            for each in withdraw(known, self.price_list.day)
            if (each.unit, each.minimum, each.contract)
            == (offer.unit, offer.minimum, offer.contract)
        ]
        return Verdict("withdrawn", own[0]) if own else Verdict("same")

    def offer(self, line, product):
        """The line in our units; BusinessError where unit, price or currency are not told or not known."""
        uom, factor = self._unit(line.unit_code, product)
        price = Fraction(0)
        if line.action != "delete":
            price = self._price(line, product, uom, factor)
        if line.currency_code and line.currency_code not in self.price_list.currencies:
            text = self.env._("The currency %s is not active here.", line.currency_code)
            raise BusinessError(text, "currency")
        minimum = Fraction(rounded(line.told_minimum or 0))
        if line.minimum_unit and line.minimum_unit != line.unit_code:
            other, other_factor = self._unit(line.minimum_unit, product)
            minimum *= other_factor * ratio(other, uom)
        else:
            minimum *= factor
        return Offer(
            product=product.id,
            unit=uom.id,
            currency=line.currency_code or None,
            price=price,
            minimum=minimum,
            contract=self.contract,
            valid_from=line.valid_from or None,
            valid_to=line.valid_to or None,
            code=line.seller_code or None,
        )

    def _price(self, line, product, uom, factor):
        if not line.has_price:
            raise BusinessError(self.env._("No price is told."), "no_price")
        if not line.currency_code:
            raise BusinessError(self.env._("No currency is told."), "currency")
        told = Fraction(rounded(line.told_price))
        per = Fraction(rounded(line.per_value)) if line.per_value else None
        if told < 0 or (per is not None and per <= 0):
            raise BusinessError(self.env._("The price is less than nothing."), "no_price")
        if line.per_unit and line.per_unit != line.unit_code:
            other, other_factor = self._unit(line.per_unit, product)
            return per_unit(told, per, other_factor) * ratio(uom, other)
        return per_unit(told, per, factor)

    def _unit(self, code, product):
        uom, factor = self.price_list.mappings.unit(code or None, product)
        if not uom._has_common_reference(product.uom_id):
            text = self.env._(
                "%(unit)s is not a unit of %(product)s.",
                unit=uom.name,
                product=product.display_name,
            )
            raise BusinessError(text, "unknown_unit")
        return uom, factor

    def _not_found(self, line, product):
        if product is False:
            text = self.env._("Its GTIN and codes name different products, or several.")
            return {"verdict": "bad", "error_code": "ambiguous_item", "error_text": text}
        text = self.env._("No product has this GTIN, supplier code or code of ours.")
        return {"verdict": "unknown", "error_code": "unknown_item", "error_text": text}


def finish_comparing(run):
    """What is told twice, and what a complete catalogue no longer tells; then a person decides."""
    repeated = _mark_repeated(run)
    withdrawn = _find_withdrawn(run) if run.complete and run.contract else 0
    for verdict, jump in repeated:
        # sudo: runs are closed to writes by hand.
        run.sudo()[f"{verdict}_count"] -= 1
        run.sudo().jump_count -= int(jump)
    count(run, ["bad"] * len(repeated) + ["withdrawn"] * withdrawn)
    move(run, "compared", compared_on=fields.Datetime.now())
    asking.ask_to_decide(run)


def _mark_repeated(run):
    """[(verdict, jump) that each had]: of two prices for the same only the first counts."""
    text = run.env._("The same item, unit, quantity and date came before in this catalogue.")
    rows = run.env.execute_query(
        SQL(
            """
            WITH told AS MATERIALIZED (
                SELECT id, verdict, jump, row_number() OVER (
                           PARTITION BY product_id, uom_id, minimum, currency_code, valid_from
                           ORDER BY id) AS place
                  FROM integration_catalogue_line
                 WHERE catalogue_id = %s AND verdict IN ('new', 'changed', 'same', 'withdrawn'))
            UPDATE integration_catalogue_line line
               SET verdict = 'bad', jump = false, error_code = 'repeated', error_text = %s
              FROM told WHERE told.id = line.id AND told.place > 1
            RETURNING told.verdict, told.jump
            """,
            run.id,
            text,
        )
    )
    run.env["integration.catalogue.line"].invalidate_model()
    return rows


def _find_withdrawn(run):
    """Adds a line for each price of the contract that holds and that no line is about; how many there are."""
    day = fields.Date.context_today(run)
    prices = run.env["product.supplierinfo"]
    query = prices.sudo()._search(  # sudo: see PriceList
        [
            *PriceList(run, day).domain(),
            ("contract_reference", "=", run.contract),
            ("product_id", "!=", False),
            "|",
            ("date_end", "=", False),
            ("date_end", ">=", day),
        ]
    )
    run.env.cr.execute(
        SQL(
            """
            INSERT INTO integration_catalogue_line
                   (catalogue_id, company_id, verdict, jump, replaces, product_id, uom_id, seller_code,
                    known_id, old_price, price, minimum, currency_code)
            SELECT %(run)s, %(company)s, 'withdrawn', false, false, known.product_id, known.product_uom_id,
                   known.product_code, known.id, known.price::numeric, 0, known.min_qty, currency.name
              FROM product_supplierinfo known JOIN res_currency currency ON currency.id = known.currency_id
             WHERE known.id IN %(prices)s
               AND NOT EXISTS (SELECT FROM integration_catalogue_line told
                                WHERE told.catalogue_id = %(run)s AND told.known_id = known.id)
            """,
            run=run.id,
            company=run.company_id.id,
            prices=query.subselect(),
        )
    )
    added = run.env.cr.rowcount
    run.env["integration.catalogue.line"].invalidate_model()
    return added


def _write(env, results):
    if not results:
        return
    columns = list(RESULT)
    env.flush_all()
    env.cr.execute_values(
        "UPDATE integration_catalogue_line line SET "
        + ", ".join(f"{name} = found.{name}::{kind}" for name, kind in RESULT.items())
        + f" FROM (VALUES %s) found (id, {', '.join(columns)}) WHERE line.id = found.id",
        [(key, *(result[name] for name in columns)) for key, result in results.items()],
        page_size=CHUNK,
    )
    env["integration.catalogue.line"].invalidate_model()


def _decimal(value, places=8):
    return rounded(float(value), places)
