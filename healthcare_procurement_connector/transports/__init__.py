"""Carries bytes to a partner. One file per protocol; imports nothing of Odoo and works in any thread."""
