"""What both programs share: a small HTTP application, a server that can be closed and opened, a way to run."""

import json
import logging
import signal
import sys
import threading
from functools import partial

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

LOOPBACK = "127.0.0.1"


class Application:
    """A WSGI application of ``(method, path, handler)`` routes; a handler gets the request and the path's parts."""

    def __init__(self, routes):
        self._routes = Map(
            [Rule(path, methods=[method], endpoint=handler) for method, path, handler in routes]
        )

    def __call__(self, environ, start_response):
        request = Request(environ)
        try:
            handler, parts = self._routes.bind_to_environ(environ).match()
            response = handler(request, **parts)
        except HTTPException as error:
            response = as_json({"error": error.description}, error.code)
        return response(environ, start_response)


def as_json(data, status=200):
    return Response(json.dumps(data), status, content_type="application/json")


class _QuietHandler(WSGIRequestHandler):
    def log_request(self, code="-", size="-"):
        pass

    def connection_dropped(self, error, environ=None):
        self.close_connection = True


class Door:
    """One listening port. A closed door refuses connections; it opens again at the same port."""

    def __init__(self, application, port=0):
        self._application = application
        self._server = None
        self.port = port
        self.open()

    def open(self):
        if self._server is None:
            self._server = make_server(
                LOOPBACK, self.port, self._application, threaded=True, request_handler=_QuietHandler
            )
            self.port = self._server.port
            serve = partial(self._server.serve_forever, poll_interval=0.05)
            threading.Thread(target=serve, daemon=True).start()

    def close(self):
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


def run(door, control):
    """Says on stdout which ports are open, then serves until it is asked to stop."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    print(json.dumps({"port": door.port, "control_port": control.port}), flush=True)
    stop.wait()
