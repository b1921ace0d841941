from odoo import api, models
from odoo.exceptions import ValidationError

from ..core.signature import SignatureError, key_of
from ..services.secrets import decrypt, encrypt

SHOWN = "••••••••"


class IntegrationSecretMixin(models.AbstractModel):
    """For models that own secrets: encrypted at rest, unreadable after saving, never copied or exported.

    A field for entry is declared as::

        signing_secret = fields.Char(
            compute="_compute_secret_display", inverse="_inverse_signing_secret", copy=False, …)
    """

    _name = "integration.secret.mixin"
    _description = "Owner of encrypted secrets"

    # What each entry field stores, by field name: {"signing_secret": "signing"}
    _secret_fields = {}

    def _secret_entries(self):
        """{entry field: the secret's name}; addons that add entries extend it."""
        return self._secret_fields

    def _secret(self, name):
        """The secret in clear, or None; only services that sign or verify call this."""
        self.ensure_one()
        return self._secrets_by_record(name).get(self.id)

    def _secrets_by_record(self, name):
        """{record id: secret in clear} in one query."""
        # sudo: nobody has rights on the table; the caller's right is that it was given the owning record.
        rows = self.env["integration.secret"].sudo().search(self._secret_domain(name))
        return {row.res_id: decrypt(self.env, row.ciphertext) for row in rows}

    def _secrets_by_name(self, names):
        """{record id: {name: secret in clear}} in one query."""
        domain = [
            ("res_model", "=", self._name),
            ("res_id", "in", self.ids),
            ("name", "in", list(names)),
        ]
        found = {}
        # sudo: as in _secrets_by_record.
        for row in self.env["integration.secret"].sudo().search(domain):
            found.setdefault(row.res_id, {})[row.name] = decrypt(self.env, row.ciphertext)
        return found

    def _set_secret(self, name, value):
        """Replaces the secret; an empty value removes it."""
        for record in self:
            record.check_access("write")
        # sudo: as in _secrets_by_record; write access to the owner was checked above.
        table = self.env["integration.secret"].sudo()
        table.search(self._secret_domain(name)).unlink()
        if value:
            self._check_secret(name, value)
            ciphertext = encrypt(self.env, value)
            table.create(
                [
                    {
                        "res_model": self._name,
                        "res_id": record.id,
                        "name": name,
                        "ciphertext": ciphertext,
                    }
                    for record in self
                ]
            )

    def _check_secret(self, name, value):
        """Raises ValidationError where ``value`` cannot serve; by default a key of Standard Webhooks."""
        try:
            key_of(value)
        except SignatureError as error:
            raise ValidationError(
                self.env._("This secret cannot be used: %s. It looks like whsec_…", error)
            ) from None

    def _secret_domain(self, name):
        return [("res_model", "=", self._name), ("res_id", "in", self.ids), ("name", "=", name)]

    def _compute_secret_display(self):
        """Shows that a secret is set, never which."""
        # sudo: only the presence of a row is read.
        rows = (
            self.env["integration.secret"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        )
        known = {(row.res_id, row.name) for row in rows}
        for record in self:
            for field_name, secret_name in self._secret_entries().items():
                record[field_name] = SHOWN if (record.id, secret_name) in known else False

    def _store_entered_secret(self, field_name):
        """Inverse of an entry field: what the form shows back unchanged is not a new secret."""
        for record in self:
            if record[field_name] != SHOWN:
                record._set_secret(self._secret_entries()[field_name], record[field_name])
        # The entered text is in the cache, from where the save's own answer would show it.
        self.invalidate_recordset([field_name], flush=False)

    @api.ondelete(at_uninstall=True)
    def _unlink_secrets(self):
        # sudo: the owners are being deleted, their secrets go with them.
        self.env["integration.secret"].sudo().search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        ).unlink()
