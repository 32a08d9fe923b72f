"""The headers on every answer: nothing runs, loads or frames that is not ours; no browser keeps a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, Map, UnicodeConverter

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = "max-age=31536000; includeSubDomains"


def harden(response: Response) -> Response:
    """Adds what the answer does not carry yet; a view may set a policy of its own (a download does)."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if request.is_secure or current_app.config.get("HTTPS"):
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    return response


def for_files(app: Flask) -> Callable[[Any, str, str], None]:
    """Puts the same headers on files that WhiteNoise answers; a drawing says its charset, as texts do."""

    def harden_file(headers: Any, _path: str, _url: str) -> None:
        for name, value in HEADERS.items():
            headers[name] = value
        if app.config.get("HTTPS"):
            headers["Strict-Transport-Security"] = HSTS
        if headers.get("Content-Type", "").endswith("+xml"):
            headers["Content-Type"] += "; charset=utf-8"

    return harden_file


class TextConverter(UnicodeConverter):
    """A part of an address without the character NUL, which no database takes: with it there is no such address."""

    regex = r"[^/\x00]+"

    def __init__(self, map: Map) -> None:
        BaseConverter.__init__(self, map)


def init_app(app: Flask) -> None:
    """Puts the headers on every answer, errors too; believes what our own proxies say of address and scheme."""
    app.url_map.converters |= {"default": TextConverter, "string": TextConverter}
    app.after_request(harden)
    if number := app.config.get("TRUSTED_PROXIES", 0):
        trusting = ProxyFix(app.wsgi_app, x_for=number, x_proto=number)
        app.wsgi_app = trusting  # type: ignore[method-assign]  # Flask's documented way to wrap the application
