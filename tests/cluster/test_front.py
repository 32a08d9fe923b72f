"""What nginx in front lets through: TLS as recommended, requests whose end is clear, and a log without names."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psycopg
import pytest
import redis

from cluster.authority import Authority
from cluster.proxy import CIPHERS
from cluster.running import Cluster
from tests.cluster.browser import Browser
from tests.cluster.probes import UNCLEAR, handshake, known_ciphers, raw, statuses

TLS13 = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"}


def access_log(cluster: Cluster) -> str:
    """What nginx has written down so far."""
    return (cluster.folder / "front" / "nginx-access.log").read_text()


def logs_of_pages(cluster: Cluster) -> str:
    """What the program has written down so far, every request among it."""
    return "".join(part.log.read_text() for part in cluster.pages)


def test_only_tls_1_2_and_1_3_are_spoken_in_front_and_behind(cluster: Cluster) -> None:
    authority = cluster.authority.certificate
    for port in (cluster.port, *cluster.ports, *cluster.metrics, cluster.redis_port):
        assert handshake(port, authority, "TLSv1.3") in TLS13, port
        assert not handshake(port, authority, "TLSv1.2").startswith("refused"), port
        for version in ("TLSv1.1", "TLSv1"):
            refused = handshake(port, authority, version)
            assert refused in ("refused: TLSV1_ALERT_PROTOCOL_VERSION", "refused: SSLV3_ALERT_HANDSHAKE_FAILURE",
                               "refused: TLSV1_ALERT_INTERNAL_ERROR"), (port, version, refused)  # fmt: skip


def test_only_recommended_cipher_suites_are_agreed_on(cluster: Cluster) -> None:
    authority, known = cluster.authority.certificate, known_ciphers()
    assert len(known) > 50, "weak ones are tried, too"
    agreed = {name for name in known if not handshake(cluster.port, authority, "TLSv1.2", name).startswith("refused")}
    assert agreed == {name for name in CIPHERS.split(":") if "ECDSA" in name}, "as the key is one of ECDSA"


def test_a_name_that_is_not_ours_gets_no_handshake(cluster: Cluster) -> None:
    for name in ("other.example", "127.0.0.1"):
        assert handshake(cluster.port, cluster.authority.certificate, "TLSv1.3", name=name).startswith("refused")


@pytest.mark.parametrize("kind", UNCLEAR)
def test_a_request_whose_end_is_not_clear_is_refused_once_and_for_all(cluster: Cluster, kind: str) -> None:
    for port in (cluster.port, cluster.ports[0]):
        answered = statuses(raw(port, cluster.authority.certificate, UNCLEAR[kind]))
        assert len(answered) <= 1, f"port {port} took what was hidden for a request: {answered}"
        if port == cluster.port:
            assert answered and 400 <= answered[0] <= 501, answered
    assert "/password/forgotten" not in access_log(cluster)
    assert "/password/forgotten" not in logs_of_pages(cluster), "it never reached the program"


def test_the_probe_of_unclear_requests_finds_two_where_there_are_two(cluster: Cluster) -> None:
    two = b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2
    assert statuses(raw(cluster.port, cluster.authority.certificate, two)) == [200, 200]


def test_the_log_holds_no_name_and_no_secret(cluster: Cluster) -> None:
    browser = Browser(cluster)
    browser.get("/cases/?q=canary-of-a-name")
    browser.get("/invitation/canary-of-a-secret")
    time.sleep(1)  # it writes a moment after it has answered
    log = access_log(cluster)
    assert " GET /cases/ " in log and " GET /invitation/- " in log and "canary" not in log
    assert "canary" not in logs_of_pages(cluster)


class _Rogue(BaseHTTPRequestHandler):
    """Somebody in the place of the program."""

    asked: list[str] = []

    def do_GET(self) -> None:
        """Answer whatever is asked."""
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()


def test_nobody_else_takes_the_programs_place(cluster: Cluster, tmp_path: Path) -> None:
    certificate, key = Authority(tmp_path).issue("rogue")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    cluster.pages[0].stop()
    server = HTTPServer(("127.0.0.1", cluster.ports[0]), _Rogue)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        answered = [Browser(cluster).get("/sign-in").status_code for _again in range(6)]
    finally:
        server.shutdown()
        server.server_close()
        cluster.start_pages(0)
    assert answered == [200] * 6 and _Rogue.asked == [], "the other process answered, and nobody asked this one"


def test_every_part_behind_speaks_tls_alone_and_to_whom_the_authority_vouches_for(
    cluster: Cluster, tmp_path: Path
) -> None:
    other = Authority(tmp_path).certificate
    address = cluster.database.address("casetracker")
    with psycopg.connect(address) as connection:
        told = connection.execute("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
        assert told is not None and told[0] in ("TLSv1.2", "TLSv1.3")
    with pytest.raises(psycopg.OperationalError, match="no encryption"):
        psycopg.connect(address.replace("sslmode=verify-full", "sslmode=disable"))
    with pytest.raises(psycopg.OperationalError, match="SSL error"):
        psycopg.connect(address.replace(str(cluster.authority.certificate), str(other)))
    with pytest.raises(psycopg.OperationalError, match="valid client certificate"):
        psycopg.connect(address.partition("&sslcert=")[0])
    with pytest.raises(redis.ConnectionError):
        redis.Redis(port=cluster.redis_port, socket_timeout=3).ping()
    for setting, command in (("REDIS_CA_FILE", "check-deploy"), ("S3_CA_FILE", "encrypt-documents")):
        said = cluster.flask(command, check=False, more={setting: str(other)})
        assert "does not answer" in said or "failed with" in said, (setting, said[-500:])
    for port in (cluster.port, cluster.ports[0], cluster.metrics[0], cluster.store_port):
        assert not statuses(_plain(port)) or statuses(_plain(port))[0] >= 400


def _plain(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
        plain.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try:
            return plain.recv(4096)
        except OSError:
            return b""
