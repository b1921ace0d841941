from odoo import models

from ..services.dry_run import numbers_taken


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    def _next_do(self):
        """A number that was taken is gone, whatever is rolled back: what is only tried out foretells it."""
        taken = numbers_taken(self.env.cr)
        if taken is None or self.implementation != "standard":
            return super()._next_do()
        number = self.number_next_actual + taken[self.id] * self.number_increment
        taken[self.id] += 1
        return self.get_next_char(number)
