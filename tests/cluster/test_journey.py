"""A short journey past one machine; a process killed, and the server of limits restarted, in the middle of it."""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import psycopg
import requests

from casetracker.demo.papers import paper
from cluster.running import Cluster
from tests.cluster.browser import Browser, Fields, words

TODAY = date.today().isoformat()
STATED = {"took_part": "y", "free_choice": "yes", "is_informed": "yes"}


def ask_database(cluster: Cluster, question: str, *given: str) -> list[tuple[object, ...]]:
    """Rows past the program and its walls, as the server's own account."""
    address = f"host={cluster.database.folder} port={cluster.database.port} user=tests dbname=casetracker"
    with psycopg.connect(address) as connection:
        return connection.execute(question.encode(), given).fetchall()


def open_case(browser: Browser) -> str:
    """A new case of one person; its address."""
    where = browser.act(
        "/cases/new", "given_name", given_name="Father", family_name="Cluster", sex="male", nationality="UA",
        birth_date="1988-04-11", return_type="voluntary", host_country="EE", return_country="UA",
        return_place="Home town",
    )  # fmt: skip
    assert where.startswith("/cases/EE-"), where
    return where


def counselling(browser: Browser, case: str) -> tuple[str, Fields]:
    """A filled form of a session, with a one-time token of its own; the note is a word that nobody else writes."""
    _text, forms = browser.read(f"{case}/counselling/new")
    form = next(form for form in forms if "topics" in form.choices)
    fields = form.filled() | {"held_on": [TODAY], "language": ["uk"]}
    fields |= {"channel": form.choices["channel"][-1:], "topics": form.choices["topics"][:1]}
    [row] = [name.removesuffix("-person_id") for name in fields if name.endswith("-person_id")]
    fields |= {f"{row}-{name}": [value] for name, value in STATED.items()}
    fields["note"] = [f"word-{secrets.token_hex(8)}"]
    return form.action, fields


def test_a_short_journey_over_both_machines(cluster: Cluster) -> None:
    tallinn = Browser(cluster).sign_in_with_factor("caseworker.tallinn")
    case = open_case(tallinn)
    action, fields = counselling(tallinn, case)
    assert tallinn.post(action, fields).status_code == 302
    made = paper("Booking")
    before = set(cluster.objects())
    tallinn.act(f"{case}/documents/new", "title", kind="booking", title="Bus tickets", part="sending",
                files={"file": (made.file_name, made.content, made.media_type)})  # fmt: skip
    assert len(set(cluster.objects()) - before) == 1, "it lies in the storage that both share"
    for number in range(2):
        assert not list((cluster.folder / f"machine-{number + 1}" / "files").glob("??/*"))
    text = tallinn.get(case).text
    found = re.search(f'href="({case}/documents/[a-z0-9]{{26}})"', text)
    assert found, words(text)
    for stopped in (0, 1):  # whichever machine took it in, the other one hands it out
        cluster.pages[stopped].stop()
        answer = tallinn.get(found[1])
        cluster.start_pages(stopped)
        assert answer.status_code == 200 and answer.content == made.content
        time.sleep(6)  # nginx asks a process that had failed again after five seconds


def test_a_request_is_submitted_here_and_approved_there(cluster: Cluster) -> None:
    kyiv, above = Browser(cluster), Browser(cluster)
    assert kyiv.sign_in("caseworker.kyiv").status_code == 302
    above.sign_in_with_factor("supervisor.kyiv")
    rows = ask_database(
        cluster,
        "SELECT d.reference, r.id FROM disbursement r JOIN dossier d ON d.id = r.dossier_id"
        " WHERE r.state = 'returned' ORDER BY d.reference LIMIT 1",
    )
    [(reference, request)] = rows
    kyiv.act(f"/cases/{reference}/disbursements/{request}/submit", "version")
    [(submission,)] = ask_database(
        cluster, "SELECT id FROM submission WHERE disbursement_id = %s ORDER BY submitted_at DESC LIMIT 1", str(request)
    )
    assert kyiv.get(f"/approvals/requests/{submission}").status_code == 404, (
        "the requester's own is not for the requester"
    )
    above.act(f"/approvals/requests/{submission}", "decision", decision="approve")
    assert ask_database(cluster, "SELECT state FROM disbursement WHERE id = %s", str(request)) == [("approved",)]


@dataclass
class Storm:
    """Writers that send one form after the other; `answered` and `open_forms` by what came of each."""

    browsers: list[Browser]
    case: str
    answered: list[str] = field(default_factory=list)
    unanswered: list[tuple[Browser, str, Fields]] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)
    ends: threading.Event = field(default_factory=threading.Event)

    def write(self, browser: Browser) -> None:
        """Until the storm ends."""
        while not self.ends.is_set():
            try:
                action, fields = counselling(browser, self.case)
            except (requests.RequestException, AssertionError):
                continue  # a page that was not answered is asked for again; nothing was sent
            try:
                status = browser.post(action, fields).status_code
            except requests.RequestException:
                status = 0
            if status == 302:
                self.answered += fields["note"]
            else:
                self.refused[status] += 1
                self.unanswered.append((browser, action, fields))

    def rage(self, seconds: float, *, meanwhile: Callable[[], None]) -> None:
        """All write for so long before, and after, what happens meanwhile."""
        threads = [threading.Thread(target=self.write, args=(browser,)) for browser in self.browsers]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        meanwhile()
        time.sleep(seconds)
        self.ends.set()
        for thread in threads:
            thread.join()


def test_a_process_killed_in_mid_flight_loses_nothing_and_signs_nobody_out(cluster: Cluster) -> None:
    browsers = [Browser(cluster) for _number in range(4)]
    for browser in browsers:
        assert browser.sign_in("supervisor.tallinn").status_code == 302
    case = open_case(browsers[0])
    total: Counter[str] = Counter({"answered": 0, "unanswered": 0, "of these done": 0})
    for kill in range(7):
        storm = Storm(browsers, case)
        storm.rage(4, meanwhile=cluster.pages[kill % 2].kill if kill < 6 else cluster.database.crash)
        assert storm.answered, "somebody was answered"
        for browser in browsers:
            assert browser.is_signed_in
        sent = [each["note"][0] for _browser, _action, each in storm.unanswered]
        there = notes(cluster, case)
        total += Counter({"answered": len(storm.answered), "unanswered": len(sent),
                          "of these done": sum(there[note] for note in sent)})  # fmt: skip
        if kill < 6:
            cluster.start_pages(kill % 2)
        for browser, action, fields in storm.unanswered:
            again = browser.post(action, fields)
            assert again.status_code == 302, words(again.text)
        there = notes(cluster, case)
        assert {note: there[note] for note in [*storm.answered, *sent]} == dict.fromkeys([*storm.answered, *sent], 1)
    print(f"\n6 kills of a server of pages, one of the database: {dict(total)}; each there once")


def notes(cluster: Cluster, case: str) -> Counter[str]:
    """How often each note stands on the case."""
    rows = ask_database(
        cluster,
        "SELECT s.note FROM counselling_session s JOIN dossier d ON d.id = s.dossier_id WHERE d.reference = %s",
        case.rpartition("/")[2],
    )
    return Counter(str(note) for (note,) in rows)


def test_limits_hold_over_a_restart_and_let_nobody_through_while_their_server_is_away(cluster: Cluster) -> None:
    inside = Browser(cluster)
    assert inside.sign_in("finance.kyiv").status_code == 302
    statuses = [Browser(cluster).sign_in("auditor", "wrong wrong wrong").status_code for _again in range(10)]
    assert statuses == [422] * 10, "counted by both processes together"
    assert Browser(cluster).sign_in("auditor").status_code == 429
    cluster.part("redis").kill()
    away = Browser(cluster).sign_in("administrator")
    assert away.status_code == 503 and "not let through" in words(away.text)
    assert inside.is_signed_in, "who is signed in works on"
    cluster.start_redis()
    assert Browser(cluster).sign_in("auditor").status_code == 429, "the server's restart forgot nothing"


def test_what_hangs_holds_nobody_for_long_and_is_said(cluster: Cluster) -> None:
    cluster.redis().flushall()  # the tries of the test before, all from this machine's address
    inside = Browser(cluster)
    assert inside.sign_in("supervisor.tallinn").status_code == 302
    case, made = open_case(inside), paper("Booking")
    action, fields = inside.form(f"{case}/documents/new", "title")
    fields |= {"kind": ["booking"], "title": ["Bus tickets"], "part": ["sending"]}
    files = {"file": (made.file_name, made.content, made.media_type)}
    tried: dict[str, Callable[[], requests.Response]] = {
        "store": lambda: inside.post(action, fields, files),
        "redis": lambda: Browser(cluster).sign_in("administrator"),
    }
    for name, attempt in tried.items():
        cluster.part(name).freeze()
        try:
            began = time.monotonic()
            away = attempt()
            seconds = time.monotonic() - began
            assert away.status_code == 503, (name, words(away.text))
            assert seconds < 25, "before the process is taken for dead"
            assert inside.is_signed_in
        finally:
            cluster.part(name).thaw()
    assert inside.post(action, fields, files).status_code == 302, "the same form, sent again"


def test_thirty_two_tries_at_once_are_ten(cluster: Cluster) -> None:
    statuses: Counter[int] = Counter()
    gate = threading.Barrier(32)

    def attempt() -> None:
        browser = Browser(cluster)
        action, fields = browser.form("/sign-in", "password")
        fields |= {"email": ["nobody.there@example.org"], "password": ["wrong wrong wrong"]}
        gate.wait()
        statuses[browser.post(action, fields).status_code] += 1

    cluster.redis().flushall()
    threads = [threading.Thread(target=attempt) for _number in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == {422: 10, 429: 22}


def test_in_the_end_the_record_is_whole_and_no_part_complains(cluster: Cluster) -> None:
    cluster.flask("seal", check=False)
    deadline = time.monotonic() + 90
    while ask_database(cluster, "SELECT count(*) FROM unsealed_event") != [(0,)] and time.monotonic() < deadline:
        time.sleep(2)  # the worker signs every minute
    assert ask_database(cluster, "SELECT count(*) FROM unsealed_event") == [(0,)]
    print("\n" + cluster.flask("verify").strip())
    wrong = [line for line in cluster.database.log.read_text().splitlines() if "ERROR" in line or "PANIC" in line]
    assert wrong == []
    for part in cluster.pages:
        faults = [line for line in part.log.read_text().splitlines() if '"event": "fault"' in line]
        assert all("OperationalError" in line for line in faults), faults  # the database was away
    assert cluster.part("worker").is_running
