from odoo.tools.sql import column_exists, create_column


def pre_init_hook(env):
    """Adds the stored reference to bills as an empty column: no bill is older than the first reference."""
    if not column_exists(env.cr, "account_move", "business_ref"):
        create_column(env.cr, "account_move", "business_ref", "varchar")
