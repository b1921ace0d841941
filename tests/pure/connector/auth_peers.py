"""A partner's HTTP system that wants to know who calls, with its token address; and certificates for mutual TLS."""

import contextlib
import datetime
import ipaddress
import json
import ssl
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class Desk(BaseHTTPRequestHandler):
    """``/token`` gives tokens named after their turn; everything else takes what ``server.accepts`` says."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/token":
            with self.server.lock:
                self.server.asked.append((dict(self.headers), parse_qs(body.decode())))
                number = len(self.server.asked)
            status, answer = self.server.token(number)
        else:
            self.server.requests.append((dict(self.headers), body))
            status = 200 if self.server.accepts(self.headers) else 401
            # As some do: what was refused is shown.
            answer = f"{status} {self.headers.get('Authorization')} {self.headers.get('X-Key')}"
        raw = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def desk(accepts=lambda headers: True, context=None):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    server.daemon_threads = True
    server.lock, server.asked, server.requests = threading.Lock(), [], []
    server.accepts = accepts
    server.token = lambda number: (200, {"access_token": f"token-{number}", "expires_in": 3600})
    server.handle_error = lambda *_unused: None  # a refused handshake is what some tests want
    if context:
        # In the thread of each connection: a client that is refused must not end the server.
        server.get_request = lambda: _wrapped(server, context)
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    )
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def _wrapped(server, context):
    connection, peer = server.socket.accept()
    return context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), peer


@dataclass(frozen=True)
class Identity:
    certificate: str
    key: str


def authority(name):
    """(an Identity that may sign others, its certificate and key as objects)."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name)
    made = _builder(subject, subject, key).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    made = made.sign(key, hashes.SHA256())
    return _identity(made, key), (made, key)


def issued(name, signer, days=1):
    """An Identity for ``name`` (a host or an IP address), signed by an authority; ended where ``days`` is negative."""
    certificate, signing_key = signer
    key = ec.generate_private_key(ec.SECP256R1())
    made = _builder(_name(name), certificate.subject, key, days)
    try:
        alternative = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        alternative = x509.DNSName(name)
    made = made.add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
    return _identity(made.sign(signing_key, hashes.SHA256()), key)


def server_context(identity, clients_of, folder):
    """Shows ``identity`` and lets in only clients with a certificate of the authority ``clients_of``."""
    path = folder / "server.pem"
    path.write_text(identity.certificate + identity.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    context.load_verify_locations(cadata=clients_of.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def _name(text):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def _builder(subject, issuer, key, days=1):
    now = datetime.datetime.now(datetime.timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=9))
        .not_valid_after(now + datetime.timedelta(days=days))
    )


def _identity(certificate, key):
    return Identity(
        certificate.public_bytes(serialization.Encoding.PEM).decode(),
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
    )
