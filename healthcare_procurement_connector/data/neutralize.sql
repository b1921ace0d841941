-- A copied database never talks to a live partner: no address, no secret, no sweep.
UPDATE integration_endpoint SET active = false, url = NULL, status_url = NULL, environment = 'test',
       http_auth = 'none', http_user = NULL, token_url = NULL, client_certificate = NULL,
       folder = NULL, poll = false, mail_to = NULL, mail_senders = NULL;
UPDATE integration_poll SET next_poll = NULL, holder = NULL, lease_until = NULL, looks = NULL;
UPDATE integration_endpoint_state
   SET paused = true, pause_reason = 'Copied database', paused_by_id = NULL, paused_on = NULL,
       breaker = 'closed', breaker_forced = NULL, outcomes = NULL, opened_at = NULL, probes_out = 0, not_before = NULL;
DELETE FROM integration_endpoint_window;
DELETE FROM integration_secret WHERE res_model = 'integration.endpoint';
UPDATE integration_message SET state = 'cancelled' WHERE direction = 'out' AND state IN ('queued', 'held', 'retrying', 'uncertain', 'dead');
UPDATE integration_catalogue SET state = 'cancelled' WHERE state IN ('reading', 'comparing');
