from odoo import api, fields, models

# The rows of one answer are copied from an answer that the product stored; these it fills by itself.
OWN = ("id", "acknowledgement_id", "create_uid", "create_date", "write_uid", "write_date")


class BenchBaseline(models.Model):
    """The least that Odoo does for a job and for a row."""

    _name = "bench.baseline"
    _description = "Baseline of the benchmarks"

    name = fields.Char(required=True)

    @api.model
    def _job_nothing(self):
        return None

    @api.model
    def _job_copy_answers(self, answer_ids):
        """Writes the rows of these answers once more, by the ORM and an answer a transaction."""
        for answer in self.env["purchase.acknowledgement"].browse(answer_ids):
            self.env["purchase.acknowledgement"].create(
                {
                    "name": f"{answer.name} again",
                    "order_id": answer.order_id.id,
                    "issued": answer.issued,
                    "status": answer.status,
                    "line_ids": [fields.Command.create(_stored(line)) for line in answer.line_ids],
                }
            )
            # queue_job lets this function commit (data/queue.xml).
            self.env.cr.commit()  # pylint: disable=invalid-commit


def _stored(line):
    names = [
        name
        for name, field in line._fields.items()
        if field.store and field.column_type and not field.related and name not in OWN
    ]
    return {
        name: line[name].id if line._fields[name].type == "many2one" else line[name]
        for name in names
    }
