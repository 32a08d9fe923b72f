"""What no browser sends: other versions of TLS, single cipher suites, requests whose end is not clear."""

from __future__ import annotations

import re
import socket
import ssl
import warnings
from pathlib import Path

VERSIONS = {
    "TLSv1": ssl.TLSVersion.TLSv1, "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}  # fmt: skip
EVERY_CIPHER = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"


def handshake(port: int, authority: Path, version: str, cipher: str = EVERY_CIPHER, name: str = "localhost") -> str:
    """The cipher suite agreed on, or "refused: why" as the server said it."""
    context = client(authority, version, cipher)
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=name) as secure,
        ):
            agreed = secure.cipher()
            return agreed[0] if agreed else "none"
    except ssl.SSLError as error:
        return f"refused: {error.reason}"


def client(authority: Path, version: str, cipher: str = EVERY_CIPHER) -> ssl.SSLContext:
    """A client that trusts the authority and speaks one version alone, however weak."""
    context = ssl.create_default_context(cafile=str(authority))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python warns of what is tried here on purpose
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = VERSIONS[version]
        context.minimum_version = VERSIONS[version]
    context.set_ciphers(cipher)
    return context


def known_ciphers() -> list[str]:
    """Every suite of TLS 1.2 and earlier that this machine's library can offer."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers(EVERY_CIPHER)
    return [each["name"] for each in context.get_ciphers() if each["protocol"] != "TLSv1.3"]


def raw(port: int, authority: Path, content: bytes, patience: float = 4) -> bytes:
    """Everything that is answered to these bytes until the other side closes, or says nothing for so long."""
    context = ssl.create_default_context(cafile=str(authority))
    answered = b""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=patience) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secure,
    ):
        secure.sendall(content)
        try:
            while part := secure.recv(65536):
                answered += part
        except (TimeoutError, ConnectionResetError, ssl.SSLEOFError):
            pass
    return answered


def statuses(answered: bytes) -> list[int]:
    """The status of each answer in a stream, in order."""
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answered)]


HIDDEN = b"GET /password/forgotten HTTP/1.1\r\nHost: localhost\r\n\r\n"
"""A request inside another one's body: an address that nothing else here asks for."""
_LENGTH = str(len(HIDDEN) + 5).encode()


def _post(*headers: bytes, body: bytes = b"", host: bytes = b"Host: localhost") -> bytes:
    return b"\r\n".join([b"POST /sign-in HTTP/1.1", host, *headers, b"", body])


UNCLEAR: dict[str, bytes] = {
    "CL.TE": _post(b"Content-Length: " + _LENGTH, b"Transfer-Encoding: chunked", body=b"0\r\n\r\n" + HIDDEN),
    "TE.CL": _post(b"Transfer-Encoding: chunked", b"Content-Length: 4", body=b"5c\r\n" + HIDDEN + b"\r\n0\r\n\r\n"),
    "two lengths": _post(b"Content-Length: 0", b"Content-Length: " + _LENGTH, body=HIDDEN),
    "two equal lengths": _post(b"Content-Length: 0", b"Content-Length: 0", body=HIDDEN),
    "a list of lengths": _post(b"Content-Length: 0, " + _LENGTH, body=HIDDEN),
    "a signed length": _post(b"Content-Length: +0", body=HIDDEN),
    "a length in hexadecimal": _post(b"Content-Length: 0x0", body=HIDDEN),
    "a negative length": _post(b"Content-Length: -1", body=HIDDEN),
    "a folded length": _post(b"Content-Length:\r\n 0", body=HIDDEN),
    "a folded coding": _post(b"Transfer-Encoding:\r\n chunked", b"Content-Length: 0", body=HIDDEN),
    "a folded header": _post(b"X-One: a", b" b: c", b"Content-Length: 0", body=HIDDEN),
    "space before the colon": _post(b"Content-Length : " + _LENGTH, b"Content-Length: 0", body=HIDDEN),
    "another coding": _post(b"Transfer-Encoding: xchunked", b"Content-Length: 0", body=HIDDEN),
    "two codings": _post(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n" + HIDDEN),
    "coding twice": _post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n" + HIDDEN),
    "a chunk of no size": _post(b"Transfer-Encoding: chunked", body=b"zz\r\n" + HIDDEN),
    "a huge chunk": _post(b"Transfer-Encoding: chunked", body=b"fffffffffffffffff\r\n" + HIDDEN),
    "two hosts": _post(b"Host: other.example", b"Content-Length: 0", body=HIDDEN),
    "no host": _post(b"Content-Length: 0", body=HIDDEN, host=b"X-None: 1"),
    "a line end in a header": _post(b"X-One: a\rGET /password/forgotten HTTP/1.1", b"Content-Length: 0", body=HIDDEN),
    "a zero byte in a header": _post(b"X-One: a\0b", b"Content-Length: 0", body=HIDDEN),
}
"""Each ends, for one reader, before a hidden request, and for another one after it."""
