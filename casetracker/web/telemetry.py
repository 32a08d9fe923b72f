"""What an operator sees of the program at work: a line of JSON per request or fault, counts for Prometheus.

Nothing of a case and nobody's name: no address that was asked for (its pattern instead), no field, no message of an
exception (they quote what they choked on), no parameter of a statement.
"""

from __future__ import annotations

import logging
import secrets
import sys
import time
import traceback
from logging.handlers import SysLogHandler
from typing import Any, TextIO, cast

import structlog
from flask import Flask, Response, current_app, g, request
from flask.logging import wsgi_errors_stream
from prometheus_client import Counter, Histogram

REQUESTS = Counter("casetracker_requests", "Answers by pattern of address and status.", ["method", "place", "status"])
SECONDS = Histogram(
    "casetracker_request_seconds", "Time of answers by pattern of address.", ["place"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip
FAULTS = Counter("casetracker_faults", "Answers with a reference number, by pattern of address.", ["place"])


def init_app(app: Flask) -> None:
    """Time and count every answer; write what LOG_LEVEL (INFO: every request, WARNING: faults alone) asks for."""
    app.logger.handlers[:] = [_told(logging.StreamHandler(cast(TextIO, wsgi_errors_stream)))]
    if app.config.get("LOG_SYSLOG"):
        app.logger.addHandler(_told(_syslog(app.config["LOG_SYSLOG"])))
    app.logger.propagate = bool(app.testing)
    app.logger.setLevel(app.config.get("LOG_LEVEL", "WARNING"))
    app.log_exception = _no_line  # type: ignore[method-assign]  # Flask's own line quotes address and message
    app.before_request(_begin)
    app.after_request(_end)


def take_in(app: Flask, library: str) -> None:
    """What a library has to say goes into the one log, from WARNING on."""
    logger = logging.getLogger(library)
    logger.handlers[:] = app.logger.handlers
    logger.setLevel(logging.WARNING)
    logger.propagate = app.logger.propagate


def request_id() -> str:
    """The number of this request in the log, and on the page of a fault."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(4).upper()
    return str(g.request_id)


def place() -> str:
    """The pattern of the address that was asked for, e.g. /cases/<reference>; `-` where there is none."""
    return request.url_rule.rule if request.url_rule else "-"


def log_fault(error: Exception) -> str:
    """Write a fault down with the way that led to it; returns the number that the person is shown."""
    FAULTS.labels(place()).inc()
    error = getattr(error, "original_exception", None) or error  # the framework wraps what went wrong
    current_app.logger.error("fault", extra={"_facts": _about() | {"error": _kinds(error), "way": _way(error)}})
    return request_id()


def _no_line(exc_info: object) -> None:
    """Flask's hook: `log_fault` has written the fault already."""


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    where = place()
    REQUESTS.labels(request.method if where != "-" else "-", where, response.status_code).inc()
    SECONDS.labels(where).observe(seconds)
    facts = _about() | {"status": response.status_code, "ms": round(seconds * 1000, 1)}
    current_app.logger.info("request", extra={"_facts": facts})
    return response


def _about() -> dict[str, Any]:
    return {"request": request_id(), "method": request.method, "place": place(), "view": request.endpoint}


def _kinds(error: BaseException) -> list[str]:
    """The classes of the error and of what led to it; a message could hold anything."""
    kinds: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        kinds.append(f"{type(seen).__module__}.{type(seen).__qualname__}")
        seen = seen.__cause__ or seen.__context__
    return kinds


def _way(error: BaseException) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]


def _syslog(address: str | tuple[str, int]) -> logging.Handler:
    """The same lines to the system's log, and through it to another machine: what is lost here is not lost there."""
    handler = SysLogHandler(address, SysLogHandler.LOG_DAEMON)
    handler.ident = "casetracker: "
    handler.append_nul = False
    return handler


def _told(handler: logging.Handler) -> logging.Handler:
    """The handler, writing a line of JSON for each record."""
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                _facts,
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _no_message,
                structlog.processors.JSONRenderer(sort_keys=True),
            ],
        )
    )
    return handler


def _facts(_logger: Any, _name: str, event: Any) -> Any:
    """Ours come as plain facts beside the record."""
    return {**event, **getattr(event["_record"], "_facts", {})}


def _no_message(_logger: Any, _name: str, event: Any) -> Any:
    """Of an exception that somebody else logged, its class and way."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if info else None
    if error is not None:
        event |= {"error": _kinds(error), "way": _way(error)}
    return event
