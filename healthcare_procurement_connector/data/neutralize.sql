-- A copied database never talks to a live partner: no address, no secret, no sweep.
UPDATE integration_endpoint SET active = false, url = NULL, status_url = NULL, environment = 'test';
DELETE FROM integration_secret WHERE res_model = 'integration.endpoint';
UPDATE integration_message SET state = 'cancelled' WHERE direction = 'out' AND state IN ('queued', 'held', 'retrying', 'uncertain', 'dead');
