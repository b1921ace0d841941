-- A copied database logs in nowhere; its secrets are gone with those of all endpoints.
UPDATE integration_endpoint SET sftp_host = NULL, sftp_user = NULL, sftp_host_key = NULL;
