"""The one HTTP transport of this process: its connections stay open between drains."""

from odoo.addons.healthcare_procurement_connector.transports.http import HttpTransport

# Subscribers called at a time.
WIDTH = 8

TRANSPORT = HttpTransport(pool_size=WIDTH)
