"""People at work: each logs in as himself and does what his own rights allow, as in the web client."""

import requests

TIMEOUT = 60
# What Odoo tells a person in a dialogue: no bug, but an answer.
SAID_TO_PEOPLE = (
    "odoo.exceptions.UserError",
    "odoo.exceptions.ValidationError",
    "odoo.exceptions.AccessError",
    "odoo.exceptions.RedirectWarning",
)


class CheckFailed(Exception):
    """Something is not as the story has it; says what was seen."""


class RefusedError(Exception):
    """Odoo does not let this person do this; the text is what it tells him."""


# What Odoo refused, in its words: it logs each as a warning, and these were asked for.
refusals = []


class Person:
    """One user's session. Calls go where the browser's go, so rights and record rules hold as on screen."""

    def __init__(self, base, database, login, password):
        self.login = login
        self._base = base
        self._http = requests.Session()
        self._http.trust_env = False
        answer = self._post(
            "/web/session/authenticate",
            {"db": database, "login": login, "password": password},
        )
        self.id = answer["uid"]
        self._context = answer["user_context"]

    def call(self, model, method, *arguments, **keywords):
        """Calls a public method; the record ids are its first argument."""
        context = {**self._context, **keywords.pop("context", {})}
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {
                "model": model,
                "method": method,
                "args": list(arguments),
                "kwargs": {**keywords, "context": context},
            },
        )

    def find(self, model, domain, *fields, order="id", limit=None):
        """The records that fit, as dicts."""
        return self.call(
            model, "search_read", domain, list(fields), order=order, limit=limit or False
        )

    def one(self, model, domain, *fields):
        """The one record that fits; CheckFailed if there is none or more than one."""
        records = self.find(model, domain, *fields)
        if len(records) != 1:
            raise CheckFailed(f"{len(records)} records of {model} fit {domain}, not one")
        return records[0]

    def read(self, model, record_id, *fields):
        (record,) = self.call(model, "read", [record_id], list(fields))
        return record

    def create(self, model, values):
        return self.call(model, "create", values)

    def write(self, model, record_ids, values):
        ids = [record_ids] if isinstance(record_ids, int) else list(record_ids)
        return self.call(model, "write", ids, values)

    def open_action(self, xmlid):
        """The action behind a menu or a button, as the web client loads it."""
        return self._post("/web/action/load", {"action_id": xmlid})

    def _post(self, path, parameters):
        reply = self._http.post(
            self._base + path,
            json={"jsonrpc": "2.0", "method": "call", "params": parameters},
            timeout=TIMEOUT,
        )
        reply.raise_for_status()
        answer = reply.json()
        if "error" in answer:
            error = answer["error"]["data"]
            if error["name"] in SAID_TO_PEOPLE:
                refusals.append(error["message"])
                raise RefusedError(error["message"])
            raise CheckFailed(f"{self.login}: {error['name']}: {error['message']}")
        return answer.get("result")
