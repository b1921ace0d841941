"""What the pure tests share: a pace for hypothesis that does not depend on the machine."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "house", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")
