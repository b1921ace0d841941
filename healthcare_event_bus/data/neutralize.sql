-- a copy of the database tells nobody anything
UPDATE integration_subscription
   SET active = false;
