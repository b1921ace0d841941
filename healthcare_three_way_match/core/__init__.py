"""What a match decides. Imports nothing of Odoo: values in, values out, exact numbers."""
