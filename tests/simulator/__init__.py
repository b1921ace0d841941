"""Partners to test against: a supplier and a webhook subscriber, each a process of its own.

They know of the suite only what a partner would know: the formats of documents, the address to post to and the
shared secrets. ``behaviour`` decides what a supplier answers, ``desk`` keeps what it knows, ``supplier`` and
``subscriber`` are the two programs, ``client`` starts and steers them from tests and from the demo.
"""
