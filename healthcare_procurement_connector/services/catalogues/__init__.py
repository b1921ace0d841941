"""A supplier's catalogue: read, compared, decided by a buyer, applied to the vendor price list.

A run is worked on in chunks, each a transaction that also moves the run's cursor, by a job that ends after a while
and enqueues the next one (``advance.py``). Crash points: whatever dies between two chunks leaves the cursor where
the last one ended; within a chunk nothing of it is committed. Two jobs for one run never work at once (the run's key
is locked), and a job that is lost costs at most one sweep.
"""
