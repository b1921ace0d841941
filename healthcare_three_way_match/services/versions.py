"""How versions of a policy come and go: written by one person, approved by another, in force from a day on."""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..core import versions as machine
from ..core.holds import ACTIVE
from ..core.versions import Person, Refusal
from .matching import Matching

AUTHOR = "healthcare_three_way_match.group_match_policy_author"
APPROVER = "healthcare_three_way_match.group_match_policy_approver"


class Act:
    """Says, inside one act of this service, that it is the service that writes.

    It travels in the context as an object: nothing that comes over RPC can be one.
    """

    KEY = "healthcare_three_way_match_policy_act"

    @classmethod
    def under_way(cls, env):
        """Whether an act of this service is under way."""
        return isinstance(env.context.get(cls.KEY), cls)


def acting(records):
    """The records, for the service to write."""
    # sudo: the service has checked the right to the act; the fields it writes are closed to everybody.
    return records.sudo().with_context(**{Act.KEY: Act()})


def rights_of(user):
    """The rights a person has in the matter of policies, as ``core`` names them."""
    groups = (("author", AUTHOR), ("approver", APPROVER))
    return frozenset(name for name, group in groups if user.has_group(group))


class Versions:
    """Acts on versions of policies by the acting user. Being the superuser is no right."""

    def __init__(self, env):
        self.env = env
        self.user = env.user

    def may(self, policy, act):
        """Whether the acting user could do this now."""
        return self._refusal(policy, act) is None

    def do(self, policy, act, reason=""):
        """``submit``, ``withdraw``, ``send_back`` or ``approve``."""
        policy.ensure_one()
        policy.check_access("read")
        # Two people who decide at once write the same row: the second of them fails and looks again.
        policy.lock_for_update()
        policy.invalidate_recordset()
        why = self._refusal(policy, act)
        if why is not None:
            error = UserError if why is Refusal.NOT_NOW else AccessError
            raise error(self._refusal_text(why, policy))
        vals = {"state": machine.transition(policy.state, act)}
        now = fields.Datetime.now()
        if act == "submit":
            vals |= {"submitted_by_id": self.user.id, "submitted_on": now}
            vals["author_ids"] = [Command.link(self.user.id)]
        elif act == "approve":
            today = fields.Date.today()
            vals |= {"approved_by_id": self.user.id, "approved_on": now}
            vals["active_from"] = max(policy.active_from or today, today)
        acting(policy).write(vals)
        self.env.registry.clear_cache()
        self._tell(policy, act, reason)
        if act == "approve":
            self.begin(policy.company_id)

    def begin(self, companies):
        """Brings into force what is due, in place of what was; bills that are not done follow."""
        policies = acting(self.env["purchase.match.policy"]).search(
            [("company_id", "in", companies.ids), ("state", "in", machine.BINDING)]
        )
        changed = companies.browse()
        for company, versions in policies.grouped("company_id").items():
            current = versions._in_force(fields.Date.today())
            if not current or current.state == machine.ACTIVE:
                continue
            overtaken = versions.filtered(
                lambda v, c=current: (v.active_from, v.version) < (c.active_from, c.version)
            )
            for version in overtaken:
                version.state = machine.transition(version.state, "replace")
                self._tell(version, "replace")
            # The table allows one active version of a company at any moment.
            overtaken.flush_recordset(["state"])
            current.state = machine.transition(current.state, "begin")
            self._tell(current, "begin")
            changed |= company
        if changed:
            self.env.registry.clear_cache()
            compare_again(self.env, changed)

    def _refusal(self, policy, act):
        # sudo: who had a hand in it is seen whatever one may read of users.
        had_a_hand = self.user in policy.sudo().author_ids
        return machine.refusal(policy.state, act, Person(rights_of(self.user), had_a_hand))

    def _refusal_text(self, why, policy):
        texts = {
            Refusal.NO_RIGHT: self.env._("You have no right to do this to match policies."),
            Refusal.NOT_NOW: self.env._("This cannot be done to a version in this state."),
            Refusal.OWN_WORK: self.env._(
                "Who wrote or submitted a version cannot approve it: a second person must look at it."
            ),
        }
        return f"{policy.display_name}: {texts[why]}"

    def _tell(self, policy, act, reason=""):
        self.env["integration.audit"]._append(
            [
                {
                    "action": f"match_policy.{act}",
                    "res_model": policy._name,
                    "res_id": policy.id,
                    "company_id": policy.company_id.id,
                    "detail": {
                        "policy": policy.name,
                        "version": policy.version,
                        "state": policy.state,
                        "active_from": str(policy.active_from or ""),
                        **({"reason": reason} if reason else {}),
                    },
                }
            ]
        )


def compare_again(env, companies):
    """Bills that are drafts or have something open follow the policies as they are now."""
    # sudo: who approves policies may lack the right to read bills and matches.
    matches = (
        env["purchase.match"]
        .sudo()
        .search(
            Domain("company_id", "in", companies.ids)
            & (Domain("hold_ids.state", "in", list(ACTIVE)) | Domain("bill_id.state", "=", "draft"))
        )
    )
    Matching(env).run(matches.bill_id)
