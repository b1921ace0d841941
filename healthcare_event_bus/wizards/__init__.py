from . import integration_subscription_replay
