"""What the program does not have cannot be attacked: each feature named absent is looked for in all its text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import pytest
from flask import Flask

from tests.architecture.sources import ROOT, Source, dotted, imported, program, templates


@dataclass(frozen=True, kw_only=True)
class Absent:
    """Signs of a feature. `imports` are modules or names in them; `calls` names of what is called; `words` patterns in
    programs, scripts and templates; `addresses` a pattern of addresses. `but` names the files where a sign is no fault.
    """

    imports: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    words: str = ""
    addresses: str = ""
    example: str = ""
    but: frozenset[str] = field(default=frozenset())


def signs(imports: str = "", calls: str = "", words: str = "", example: str = "", addresses: str = "", but: str = ""
          ) -> Absent:  # fmt: skip
    """An Absent of names with blanks between them; `example` is what `words` must find."""
    return Absent(
        imports=frozenset(imports.split()), calls=frozenset(calls.split()), words=words, addresses=addresses,
        example=example, but=frozenset(but.split()),
    )  # fmt: skip


ABSENT = {
    "xml": signs("xml lxml defusedxml xmltodict html5lib bs4", calls="xmp_metadata"),
    "xpath": signs("lxml elementpath xml.etree parsel"),
    "ldap": signs("ldap ldap3"),
    "latex": signs("pylatex latex pytinytex subprocess"),
    "directory-lookups": signs("jnius jpype py4j jaydebeapi"),
    "caches": signs("memcache pymemcache pylibmc flask_caching cachelib", words="proxy_cache", example="proxy_cache"),
    "rich-text": signs("markdown markdown2 mistune bleach nh3 docutils commonmark textile bbcode",
                       words=r"contenteditable|wysiwyg", example="<p contenteditable>"),
    "templates-from-input": signs("jinja2.Template", calls="render_template_string from_string"),
    "evaluated-code": signs("code codeop runpy asteval", calls="eval exec compile __import__"),
    "other-programs": signs("subprocess pty pexpect", calls="os.system os.popen os.execv os.execvp os.spawnv os.fork"),
    "deserialized-objects": signs("pickle dill shelve yaml jsonpickle joblib cloudpickle marshal",
                                  but="casetracker/audit/differences.py"),
    "unmanaged-memory": signs("ctypes cffi mmap"),
    "outgoing-requests": signs("requests httpx urllib.request urllib3 http.client aiohttp ftplib socket xmlrpc paramiko"
                               " boto3 smtplib",
                               but="casetracker/accounts/mail.py casetracker/documents/scanning.py"
                                   " casetracker/operations/trust_queries.py"),
    "identity-providers": signs("authlib oauthlib requests_oauthlib flask_dance saml2 onelogin openid msal social_core",
                                addresses=r"oauth|oidc|saml|openid|well-known|jwks|userinfo|/authorize|/token"),
    "json-web-tokens": signs("jwt jose jwcrypto joserfc authlib"),
    "client-certificates": signs(words=r"SSL_CLIENT|X-Client-Cert|ssl_verify_client", example="SSL_CLIENT_S"),
    "graphql": signs("graphene ariadne strawberry graphql", addresses="graphql"),
    "websockets": signs("flask_sock flask_socketio websockets simple_websocket socketio wsproto",
                        words=r"new (WebSocket|EventSource)\b|wss?://", example="new WebSocket(a)"),
    "webrtc": signs("aiortc", words=r"RTCPeerConnection|getUserMedia", example="new RTCPeerConnection()"),
    "codes-by-telephone-or-push": signs("twilio vonage phonenumbers pywebpush messagebird", words=r"PushManager",
                                        example="registration.PushManager"),
    "messages-between-windows": signs(words=r"postMessage|addEventListener\([\"']message", example="postMessage(a)"),
    "browser-storage": signs(words=r"localStorage|sessionStorage|indexedDB|document\.cookie|serviceWorker",
                             example="localStorage.setItem(a, b)"),
    "pages-from-text": signs(words=r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|new Function",
                             example="box.innerHTML = a"),
    "computed-keys": signs(words=r"\w\[[^\]\"']+\]\s*=[^=].*;|__proto__", example="box[name] = value;", but="PYTHON"),
    "plugins-and-frames": signs(words=r"<(object|embed|applet|iframe|frame)\b", example="<embed src=a>"),
    "guards-against-pasting": signs(words=r"onpaste|[\"']paste[\"']", example="area.addEventListener('paste', no)"),
    "reading-from-other-sites": signs("flask_cors", words="Access-Control-Allow", example="Access-Control-Allow-X"),
    "keys-from-passwords": signs("bcrypt scrypt", calls="PBKDF2HMAC Scrypt pbkdf2_hmac scrypt"),
    "password-hints": signs(words=r"(secret|security)_(question|answer)|password_hint", example="password_hint = 1"),
    "unchecked-certificates": signs(calls="ssl._create_unverified_context ssl._create_stdlib_context",
                                    words=r"CERT_NONE|check_hostname\s*=\s*False|verify\s*=\s*False",
                                    example="get(a, verify=False)"),
    "decoding-twice": signs(calls="unquote unquote_plus unescape", but="casetracker/events/sentences.py"),
    "fields-taken-whole": signs(calls="populate_obj", words=r"\*\*request\.(form|values)", example="f(**request.form)"),
    "test-code": signs("tests pytest hypothesis factory faker playwright"),
    "logs-elsewhere": signs("logging structlog syslog loguru sentry_sdk", but="casetracker/web/telemetry.py"),
    "weak-hashes": signs("Crypto md5 passlib", calls="hashlib.md5 hashlib.sha1 hashlib.new md5 sha1 MD5 SHA1"),
    "weak-ciphers": signs("cryptography.hazmat.primitives.ciphers.Cipher cryptography.fernet"
                          " cryptography.hazmat.primitives.ciphers.modes"
                          " cryptography.hazmat.primitives.asymmetric.rsa cryptography.hazmat.primitives.asymmetric.dsa"
                          " cryptography.hazmat.primitives.padding"),
    "guessable-randomness": signs("random uuid numpy", but="casetracker/core/commands.py casetracker/core/turns.py"
                                  " casetracker/accounts/tries_in_redis.py"),
}  # fmt: skip
"""`but`: deserialization of an own temporary file; the one way to the mail server; CSV of own sentences; the one log;
pauses before a retry."""


@cache
def modules() -> list[tuple[Source, list[tuple[int, str]], list[tuple[int, str]]]]:
    """Each module of the program with what it imports and what it calls, read once."""
    return [(source, list(imported(source)), list(called(source))) for source in program()]


def called(source: Source) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every call."""
    for node in source.walk():
        if isinstance(node, ast.Call) and (name := dotted(node.func)):
            yield node.lineno, name


def traces(
    absent: Absent, source: Source, imports: list[tuple[int, str]], calls: list[tuple[int, str]]
) -> Iterator[str]:
    """`file:line sign` of every sign in a module."""
    if source.name in absent.but:
        return
    for line, name in imports:
        if any(name == sign or name.startswith(f"{sign}.") for sign in absent.imports):
            yield f"{source.name}:{line} {name}"
    for line, name in calls:
        plain = name.rpartition(".")[2]
        if name in absent.calls or (plain in absent.calls and plain not in ("compile", "exec", "eval")):
            yield f"{source.name}:{line} {name}"


@cache
def texts() -> list[tuple[str, str]]:
    """Everything that is run or shown: modules, own scripts, templates."""
    scripts = [(path.name, path.read_text()) for path in sorted((ROOT / "casetracker/static").glob("*.js"))]
    return [*((source.name, source.text) for source, _i, _c in modules()), *scripts, *templates()]


def words_in(absent: Absent, name: str, text: str) -> Iterator[str]:
    """`file:line` where a pattern is found; `but` PYTHON: in scripts and templates alone."""
    if not absent.words or name in absent.but or ("PYTHON" in absent.but and not name.endswith(".js")):
        return
    for found in re.finditer(absent.words, text):
        yield f"{name}:{text.count(chr(10), 0, found.start()) + 1} {found.group()}"


@pytest.mark.parametrize("feature", ABSENT)
def test_it_is_not_there(feature: str, web_addresses: list[str]) -> None:
    absent = ABSENT[feature]
    found = [trace for module in modules() for trace in traces(absent, *module)]
    found += [trace for name, text in texts() for trace in words_in(absent, name, text)]
    found += [rule for rule in web_addresses if absent.addresses and re.search(absent.addresses, rule)]
    assert found == []


@pytest.fixture(scope="module")
def web_addresses() -> list[str]:
    """Every address that the program's modules name."""
    named = re.compile(r"\.(?:route|get|post)\(\s*[\"']([^\"']+)")
    return [address for source, _i, _c in modules() for address in named.findall(source.text)]


@pytest.mark.parametrize("feature", ABSENT)
def test_each_sign_would_be_found(feature: str) -> None:
    absent, bad = ABSENT[feature], Source("casetracker/cases/x.py", "")
    for name in absent.imports:
        assert list(traces(absent, bad, [(1, name)], [])), name
    for name in absent.calls:
        assert list(traces(absent, bad, [], list(called(Source("x.py", f"{name}(1)"))))), name
    if absent.words:
        assert list(words_in(absent, "x.js", absent.example))
    assert absent.imports or absent.calls or absent.words


def patterns_from_elsewhere(source: Source) -> Iterator[str]:
    """A regular expression stands in the program: none is made of what somebody typed."""
    for node in source.walk():
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = dotted(node.func)
        if name.startswith("re.") and name.count(".") == 1 and not isinstance(node.args[0], ast.Constant):
            yield f"{source.name}:{node.lineno}"


def formats_from_elsewhere(source: Source) -> Iterator[str]:
    """What str.format fills stands in the program (a form's fields have a method of that name; walls name tables)."""
    for node in source.walk():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of = node.func.value
            is_own = isinstance(of, ast.Constant) or dotted(of) in ("self", "field", "super")
            if node.func.attr in ("format", "format_map") and not is_own and "row_security" not in source.name:
                yield f"{source.name}:{node.lineno}"


def statements_from_elsewhere(source: Source) -> Iterator[str]:
    """A statement as text stands in the program, or names tables (walls, triggers, copies, migrations)."""
    makers = ("row_security.py", "wiring.py", "db.py", "transfer.py", "migrating.py", "keeping.py", "deployment.py")
    if source.name.startswith("casetracker/core/") and source.name.endswith(makers):
        return
    for node in source.walk():
        if isinstance(node, ast.Call) and node.args:
            name = dotted(node.func).rpartition(".")[2]
            if name in ("text", "exec_driver_sql") and isinstance(node.args[0], ast.JoinedStr | ast.BinOp):
                yield f"{source.name}:{node.lineno} {name}"


def acts_on_reading(source: Source) -> Iterator[str]:
    """A view that only answers GET runs no command but the ones that keep who read what."""
    for view in source.walk():
        if not isinstance(view, ast.FunctionDef):
            continue
        routes = [
            call for call in view.decorator_list if isinstance(call, ast.Call) and dotted(call).endswith(".route")
        ]
        if not routes or "POST" in ast.unparse(routes[0]):
            continue
        for node in ast.walk(view):
            if not isinstance(node, ast.Attribute) or not dotted(node.value).endswith("commands"):
                continue
            if node.attr[0].islower() and not node.attr.startswith("record_"):
                yield f"{source.name}:{node.lineno} {node.attr}"


CHECKS = [
    (patterns_from_elsewhere, "re.search(typed, text)"),
    (formats_from_elsewhere, "typed.format(person)"),
    (statements_from_elsewhere, "session.execute(text(f'SELECT {typed}'))"),
    (acts_on_reading, "@bp.route('/a')\ndef show():\n    commands.approve_plan(1)"),
]


@pytest.mark.parametrize(("check", "bad"), CHECKS, ids=[check.__name__ for check, _bad in CHECKS])
def test_nothing_is_made_of_input(check: object, bad: str) -> None:
    assert callable(check)
    assert [fault for source, _i, _c in modules() for fault in check(source)] == []
    assert list(check(Source("casetracker/cases/x.py", bad)))


def test_one_host_one_program(app: Flask) -> None:
    """No address belongs to another host, so cookies and scripts are shared with nothing else."""
    assert [rule.rule for rule in app.url_map.iter_rules() if rule.host or rule.subdomain] == []
