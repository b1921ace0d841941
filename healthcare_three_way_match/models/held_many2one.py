from odoo import fields


class HeldMany2one(fields.Many2one):
    """A many2one to what cannot go while the row stands, since something else holds it: no foreign key of its own.

    PostgreSQL looks up every foreign key of every row: with seven of them a match line cost four times as much to
    check as to write. So a copy of what the match itself points to, and the rows of a policy that applied (they change
    while their version is a draft and never again, see ``purchase.match.scope``) are held once.
    """

    def update_db_foreign_key(self, model, column):
        """None."""
