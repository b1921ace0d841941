"""Decides. Imports nothing of Odoo, does no I/O, reads no clock: values in, values out."""
