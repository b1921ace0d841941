"""Calls functions after a delay, on a few threads of its own."""

import heapq
import itertools
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

_logger = logging.getLogger(__name__)


class Later:
    """``call(delay, function, *arguments)`` returns at once; the function runs when its time has come.

    What a function raises is logged and kept in ``errors``: nobody waits for it.
    """

    def __init__(self, threads=4):
        self.errors = []
        self._calls = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="later")
        self._stopped = False
        threading.Thread(target=self._watch, name="later", daemon=True).start()

    def call(self, delay, function, *arguments):
        with self._changed:
            entry = (time.monotonic() + delay, next(self._order), function, arguments)
            heapq.heappush(self._calls, entry)
            self._changed.notify()

    def forget(self):
        """Drops what is not yet due."""
        with self._changed:
            self._calls.clear()

    def stop(self):
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _watch(self):
        with self._changed:
            while not self._stopped:
                due = self._calls[0][0] - time.monotonic() if self._calls else None
                if due is None or due > 0:
                    self._changed.wait(due)
                    continue
                _due, _order, function, arguments = heapq.heappop(self._calls)
                self._pool.submit(self._run, function, arguments)

    def _run(self, function, arguments):
        try:
            function(*arguments)
        except Exception as error:
            _logger.exception("%s failed", function)
            self.errors.append(str(error))
