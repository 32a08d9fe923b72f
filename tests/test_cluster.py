"""What the everyday run sees of the cluster: its settings are those of the documentation; it says what it lacks."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from cluster.authority import Authority
from cluster.parts import Missing, program
from cluster.proxy import CIPHERS, write_configuration
from tests.architecture.sources import ROOT


def test_the_proxy_in_the_documentation_is_the_one_that_is_tried(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "deploy.md").read_text()
    told = set(re.findall(r"ssl_ciphers (\S+);", page)[0].split(":"))
    assert told == set(CIPHERS.split(":")) and "ssl_protocols TLSv1.2 TLSv1.3;" in page
    certificate, key = Authority(tmp_path).issue("front")
    path = write_configuration(
        tmp_path, port=8443, processes=[1, 2], certificate=certificate, key=key, authority=tmp_path / "ca.pem"
    )
    tried = path.read_text()
    for line in (
        "ssl_protocols TLSv1.2 TLSv1.3;",
        "server_tokens off;",
        "ssl_session_tickets off;",
        "~^/invitation/",
        "client_max_body_size 16m;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
    ):
        assert line in page and line in tried, line
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_missing_program_is_told_in_a_sentence() -> None:
    assert program("sh").endswith("/sh")
    with pytest.raises(Missing, match="needs no-such-server, which is not installed: apt install nginx redis-server"):
        program("no-such-server")
