"""How big a run is, as data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Seconds where nothing else is said. The same seed gives the same moods, victims and changes of mind."""

    orders: int
    batch: int
    suppliers: int
    # So many do not recognise repeats; the last of them can be asked what it has.
    without_memory: int
    # The storm lasts until all orders are confirmed and so much has been broken.
    kills: int
    restarts: int
    between_kills: tuple[float, float]
    # Odoo and the job runner come back before they are hit again.
    after_restart: float
    between_batches: float
    # Of a hundred confirmed orders.
    changed: int
    cancelled: int
    billed: int
    # How often time passes after the killing while suppliers still fail.
    rounds_of_weather: int
    # More than any machine should need; a run that needs more is stuck, and says so.
    storm_deadline: float
    settling_deadline: float
    timeout: int = 3
    concurrency: int = 4
    seed: int = 20260301


SHORT = Plan(
    orders=60,
    batch=10,
    suppliers=5,
    without_memory=2,
    kills=8,
    restarts=2,
    between_kills=(1.5, 4.0),
    after_restart=9.0,
    between_batches=2.0,
    changed=10,
    cancelled=10,
    billed=20,
    rounds_of_weather=2,
    storm_deadline=300,
    settling_deadline=300,
)
LONG = Plan(
    orders=2000,
    batch=25,
    suppliers=8,
    without_memory=2,
    kills=60,
    restarts=12,
    between_kills=(1.0, 6.0),
    after_restart=12.0,
    between_batches=2.0,
    changed=5,
    cancelled=5,
    billed=10,
    rounds_of_weather=3,
    storm_deadline=3600,
    settling_deadline=1800,
)
