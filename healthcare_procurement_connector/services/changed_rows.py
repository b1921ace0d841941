"""Which tables a piece of work writes to, told by PostgreSQL itself."""

from contextlib import contextmanager
from dataclasses import dataclass, field

# Rows about the work itself, not of the business: nobody asks for them in a preview.
_OWN = ("integration_", "mail_", "bus_", "ir_", "queue_", "res_users")


@dataclass(slots=True)
class ChangedRows:
    """{model: how many rows it got}, and the models of which rows were changed."""

    created: dict = field(default_factory=dict)
    changed: list = field(default_factory=list)

    def words(self, env):
        """For people: what is created, what is changed."""
        parts = []
        if self.created:
            rows = ", ".join(f"{count} {name}" for name, count in _named(env, self.created))
            parts.append(env._("Creates %s.", rows))
        if self.changed:
            rows = ", ".join(name for name, _ in _named(env, dict.fromkeys(self.changed)))
            parts.append(env._("Changes %s.", rows))
        return " ".join(parts) or env._("Changes nothing.")


@contextmanager
def changed_rows(env):
    """Gives ChangedRows, filled when the block ends. What was counted before the block does not count."""
    result = ChangedRows()
    env.flush_all()
    before = _counts(env)
    yield result
    env.flush_all()
    models = {model._table: name for name, model in env.registry.items() if model._auto}
    for table, (inserted, updated) in _counts(env).items():
        was_inserted, was_updated = before.get(table, (0, 0))
        if table not in models or table.startswith(_OWN):
            continue
        if inserted > was_inserted:
            result.created[models[table]] = inserted - was_inserted
        elif updated > was_updated:
            result.changed.append(models[table])


def _counts(env):
    """{table: (rows inserted, rows updated)} of the transaction that is open."""
    env.cr.execute(
        "SELECT relname, n_tup_ins, n_tup_upd FROM pg_stat_xact_user_tables "
        "WHERE n_tup_ins + n_tup_upd > 0"
    )
    return {table: (inserted, updated) for table, inserted, updated in env.cr.fetchall()}


def _named(env, by_model):
    # sudo: a model's name is shown in every screen of it.
    models = env["ir.model"].sudo()
    return sorted((models._get(name).name, value) for name, value in by_model.items())
