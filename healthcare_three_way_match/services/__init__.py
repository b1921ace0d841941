"""What conducts a match: collect, query once per source, decide in ``core``, write once."""
