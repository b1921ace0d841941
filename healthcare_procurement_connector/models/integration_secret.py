from odoo import fields, models


class IntegrationSecret(models.Model):
    """One encrypted secret of one record. No group has any right on it; see ``integration.secret.mixin``."""

    _name = "integration.secret"
    _description = "Encrypted secret"
    _log_access = False

    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    name = fields.Char(required=True)
    ciphertext = fields.Char(required=True)

    _one_per_name = models.UniqueIndex("(res_model, res_id, name)")
