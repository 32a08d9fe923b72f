"""Somebody at a browser without scripts, over HTTPS, who trusts the cluster's authority alone."""

from __future__ import annotations

import re
import time
from typing import Any
from urllib.parse import urljoin, urlsplit

import pyotp
import requests

from cluster.running import Cluster
from tests.pages.walking import FoundForm, _Reader

Fields = dict[str, list[str]]
STEP = 30
"""Seconds that a code of an authenticator app is good for."""


class Browser:
    """One browser with its cookies. `posted` is the last form as it was sent: the same again has the same token."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster, self.session = cluster, requests.Session()
        self.session.verify, self.session.trust_env = str(cluster.authority.certificate), False
        self.posted: tuple[str, Fields, Any] | None = None

    def get(self, path: str) -> requests.Response:
        """The page, redirects not followed."""
        return self.session.get(self.cluster.address + path, allow_redirects=False, timeout=60)

    def read(self, path: str) -> tuple[str, list[FoundForm]]:
        """(text, forms) of a page that must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.headers.get("Location"))
        return answer.text, forms_of(path, answer.text)

    def form(self, path: str, field: str) -> tuple[str, Fields]:
        """(address, fields) of the page's form that has this field, as it would be sent unchanged."""
        _text, forms = self.read(path)
        found = next(form for form in forms if field in form.choices or field in form.filled())
        return found.action, found.filled()

    def post(self, path: str, fields: Fields, files: Any = None) -> requests.Response:
        """Send a form as a browser does."""
        self.posted = (path, fields, files)
        headers = {"Referer": self.cluster.address + path, "Origin": self.cluster.address}
        return self.session.post(self.cluster.address + path, data=fields, files=files, headers=headers,
                                 allow_redirects=False, timeout=60)  # fmt: skip

    def act(self, path: str, field: str, files: Any = None, **changed: str | list[str]) -> str:
        """Fill the form that has this field, send it; where it led. Anything but a redirect fails, with its words."""
        action, fields = self.form(path, field)
        for name, value in changed.items():
            fields[name.replace("__", "-")] = value if isinstance(value, list) else [value]
        answer = self.post(action, fields, files)
        assert answer.status_code == 302, (path, answer.status_code, words(answer.text))
        return urlsplit(urljoin(path, answer.headers["Location"])).path

    def sign_in(self, who: str, password: str | None = None) -> requests.Response:
        """Give e-mail and password."""
        action, fields = self.form("/sign-in", "password")
        fields |= {"email": [f"{who}@example.org"], "password": [password or self.cluster.password]}
        return self.post(action, fields)

    def sign_in_with_factor(self, who: str) -> Browser:
        """Set up an authenticator app, sign out, and in again with a code of it."""
        assert self.sign_in(who).status_code == 302
        page = "/account/second-factor/authenticator"
        text, forms = self.read(page)
        found = re.search(r'class="key[^"]*"[^>]*>([^<]+)<', text)
        assert found, words(text)
        app = pyotp.TOTP(found[1].replace(" ", ""))
        while time.time() % STEP > STEP - 8:
            time.sleep(0.5)  # a code that will not have run out when it is sent
        used = time.time() // STEP
        form = next(form for form in forms if "code" in form.filled())
        answer = self.post(form.action, form.filled() | {"code": [app.now()]})
        assert answer.status_code == 302, words(answer.text)
        action = next(form for form in forms_of("/", self.read("/account/")[0]) if form.action == "/sign-out")
        assert self.post("/sign-out", action.filled()).status_code == 302
        assert self.sign_in(who).status_code == 302
        assert self.get("/").headers["Location"].startswith("/sign-in/second-factor")
        while time.time() // STEP == used:
            time.sleep(0.5)  # each code works once
        self.act("/sign-in/second-factor", "factor-code", factor__code=app.now())
        return self

    @property
    def is_signed_in(self) -> bool:
        """Whether the program still knows whose browser it is."""
        return self.get("/account/").status_code == 200


def forms_of(path: str, text: str) -> list[FoundForm]:
    """The forms of a page."""
    reader = _Reader(path)
    reader.feed(text)
    return reader.forms


def words(text: str) -> str:
    """What a page says, for a failure's sentence."""
    return " ".join(re.sub(r"<[^>]+>", " ", text[text.find("<main") :]).split())[:1500]
