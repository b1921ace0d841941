"""From an endpoint that somebody has just entered to one that orders go through: checklist, self-tests, going live."""
