import base64

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..core.identity import content_hash
from ..services import mapping_samples

# Samples are read each time that a draft is looked at.
LARGEST = 256 * 1024
MOST = 20


class IntegrationMappingSample(models.Model):
    """A golden sample: a partner's document, and what its codes are to be translated to.

    It stays with the mapping: approving a new version takes it along, with the results that were approved.
    """

    _name = "integration.mapping.sample"
    _description = "Golden sample of a mapping"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    mapping_id = fields.Many2one(
        "integration.mapping", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="mapping_id.company_id", store=True, index=True)
    message_id = fields.Many2one(
        "integration.message",
        "Taken from",
        ondelete="set null",
        index="btree_not_null",
        help="Its content is kept here, however long the message keeps its own.",
    )
    content = fields.Binary("Its document", attachment=False)
    filename = fields.Char()
    expected = fields.Text(
        readonly=True,
        help="What each code stood for when somebody last agreed with it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        samples = super().create([self._with_content(vals) for vals in vals_list])
        for sample in samples.filtered(lambda each: not each.expected):
            sample.expected = mapping_samples.translation(sample)
        return samples

    def _with_content(self, vals):
        """The bytes of the message, where one was named in place of a file; who may read the message may keep it."""
        if vals.get("content") or not vals.get("message_id"):
            return vals
        message = self.env["integration.message"].browse(vals["message_id"])
        message.check_access("read")
        payload = message._payload()
        if not payload:
            raise UserError(
                self.env._("The content of %s is no longer kept.", message.display_name)
            )
        return {**vals, "content": base64.b64encode(payload._raw())}

    @api.constrains("content", "mapping_id")
    def _check_content(self):
        for sample in self:
            raw = sample._raw()
            if not raw or len(raw) > LARGEST:
                raise ValidationError(
                    self.env._(
                        "The sample %(name)s needs a document of at most %(size)s kB.",
                        name=sample.name,
                        size=LARGEST // 1024,
                    )
                )
        for mapping in self.mapping_id:
            if len(mapping.sample_ids) > MOST:
                raise ValidationError(self.env._("A mapping keeps at most %s samples.", MOST))

    def _raw(self):
        self.ensure_one()
        return base64.b64decode(self.with_context(bin_size=False).content or b"")

    def action_accept(self):
        """What the mapping makes of the sample now is what is expected from now on."""
        self.check_access("write")
        for sample in self:
            sample.expected = mapping_samples.translation(sample)
            self.env["integration.audit"]._append(
                [
                    {
                        "action": "mapping.sample_accepted",
                        "res_model": "integration.mapping",
                        "res_id": sample.mapping_id.id,
                        "company_id": (sample.company_id or self.env.company).id,
                        "detail": {"sample": sample.name, "sha256": content_hash(sample._raw())},
                    }
                ]
            )
