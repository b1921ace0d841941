"""Bills that need no order: who may agree to that, and end it."""

from odoo import fields
from odoo.exceptions import AccessError

from ..core import exemption as machine
from .versions import acting, compare_again, rights_of


class Exemptions:
    """Acts on exemptions by the acting user. Being the superuser is no right."""

    def __init__(self, env):
        self.env = env
        self.user = env.user

    def may(self, exemption, act):
        """Whether the acting user could do this now."""
        # sudo: who had a hand in it is seen whatever one may read of users.
        had_a_hand = self.user in exemption.sudo().author_ids
        return machine.may(exemption.state, act, rights_of(self.user), had_a_hand)

    def do(self, exemptions, act):
        """``approve`` or ``end``; bills that are not done follow."""
        exemptions.check_access("read")
        exemptions.lock_for_update()
        exemptions.invalidate_recordset()
        for exemption in exemptions:
            if not self.may(exemption, act):
                raise AccessError(
                    self.env._(
                        "%s: this needs the right to approve match policies, and somebody who did not ask "
                        "for it.",
                        exemption.display_name,
                    )
                )
            done = "approved" if act == "approve" else "ended"
            acting(exemption).write(
                {
                    "state": machine.TRANSITIONS[exemption.state, act],
                    f"{done}_by_id": self.user.id,
                    f"{done}_on": fields.Datetime.now(),
                }
            )
        self.env["integration.audit"]._append(
            [
                {
                    "action": f"match_exemption.{act}",
                    "res_model": exemption._name,
                    "res_id": exemption.id,
                    "company_id": exemption.company_id.id,
                    "detail": {
                        "what": exemption.display_name,
                        "until": str(exemption.until),
                        "reason": exemption.reason,
                    },
                }
                for exemption in exemptions
            ]
        )
        compare_again(self.env, exemptions.company_id)
