"""Carries files to and from SFTP servers. Imports nothing of Odoo and works in any thread."""
