"""The chaos harness: real processes, killed again and again, and the books of both sides compared.

A run (``run.py``) needs nothing but this repository: a PostgreSQL cluster of its own (``cluster``, filled from the
kept one of ``stock``), Odoo with workers (``odoo``), suppliers as a process (``partners``), whose moods are a seeded
table (``weather``). ``world`` makes the hospital, ``desk`` is the buyers at work, ``monkey`` kills, ``settling`` waits
until nothing moves any more. Then ``odoo_book`` and ``partner_book`` are read, and ``verdict``, which is pure, says
what is wrong. How big a run is stands in ``plan``. Whatever happens, ``janitor`` ends every process that was started.

Leases and waiting times are never shortened while anything runs. When all is quiet, ``settling`` moves them into the
past by SQL: that is how ten minutes pass in a test.
"""
