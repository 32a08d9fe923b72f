"""The money once more, by itself: a small ledger in plain Python that says what must come of each act and why not.

It imports nothing of the program: what both say is compared. Amounts are minor units of one currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tests.money.accounts import Account, Band, Line, Request, Share, shared_out

OPEN = ("submitted", "approved", "closed")
"""What counts for bands."""


class Books:
    """All cases of one programme with one budget line. Each act answers None, or why it is refused, in one word."""

    def __init__(self, ceiling: int, bands: Sequence[Band]) -> None:
        self.budget, self.programme = Account(ceiling), Account(ceiling)
        self.bands = tuple(bands)
        self.grants: dict[str, Account] = {}
        self.person_of: dict[str, str] = {}
        self.lines: dict[str, Line] = {}
        self.line_accounts: dict[str, Account] = {}
        self.requests: dict[str, Request] = {}
        self.request_of: dict[str, str] = {}
        self.closed: set[str] = set()
        """Grants that were given back: what is released of them goes back, too."""
        self.offices: dict[str, str] = {}
        """Supervisor -> receiving or sending."""
        self.authors: dict[str, frozenset[str]] = {}
        """Case -> who wrote its plan."""
        self.caseworkers: dict[str, frozenset[str]] = {}
        self.alone: set[str] = set()
        """Projects: one office gives all approvals, and all that one payee gets counts together."""

    # What there is

    def award(self, amounts: Mapping[str, int], person: str) -> str | None:
        """Grants (id -> amount) of one person."""
        if any(grant in self.grants for grant in amounts):
            return "awarded before"
        if sum(amounts.values()) > self.budget.ceiling - self.budget.total():
            return "ceiling"
        for grant, amount in amounts.items():
            self.grants[grant] = Account(amount)
            self.person_of[grant] = person
            for account in (self.grants[grant], self.budget, self.programme):
                account.move(None, "awarded", amount)
        return None

    def plan_line(self, line: Line) -> None:
        """A line of the approved plan, or what became of it by a later version."""
        wanted = sum(amount for _grant, amount in line.funding)
        self.lines[line.id] = line
        account = self.line_accounts.setdefault(line.id, Account(0))
        change = wanted - account.total()
        account.ceiling = max(wanted, account.ceiling)
        account.move(None if change > 0 else "awarded", "awarded" if change > 0 else None, abs(change))
        account.ceiling = wanted

    def close(self, grant: str) -> None:
        """What is left of the grant returns to the budget line, now and whenever some of it is released."""
        self.closed.add(grant)
        self._relinquish([grant])

    def _relinquish(self, grants: Iterable[str]) -> None:
        for grant in grants:
            left = self.grants[grant].awarded if grant in self.closed else 0
            for account in (self.grants[grant], self.budget, self.programme):
                account.move("awarded", None, left)

    def account(self, which: str) -> Account:
        """By the name of its level and its owner's id."""
        level, _space, id = which.partition(" ")
        if level in ("grant", "line"):
            return (self.grants if level == "grant" else self.line_accounts)[id]
        return self.budget if which == "the budget line" else self.programme

    def used_of(self, line: str) -> int:
        """What of a line is reserved, committed or spent."""
        return self.line_accounts[line].total() - self.line_accounts[line].awarded

    # What is asked for

    def split(self, parts: Iterable[tuple[str, int]]) -> list[Share]:
        """What is asked of lines and grants (`line:` or `grant:` and the id), over the grants."""
        shares: list[Share] = []
        for key, amount in parts:
            kind, _colon, id = key.partition(":")
            if kind == "grant":
                shares.append((None, id, amount))
                continue
            funding = self.lines[id].funding
            split = shared_out(amount, [weight for _grant, weight in funding])
            shares += [(id, grant, part) for (grant, _weight), part in zip(funding, split, strict=True) if part]
        return shares

    def draft(self, id: str, case: str, parts: tuple[tuple[str, int], ...], actor: str, payee: str = "") -> None:
        """A request is begun."""
        self.requests[id] = Request(id, case, parts, self.split(parts), {actor}, payee)

    def edit(self, id: str, parts: tuple[tuple[str, int], ...], actor: str, version: int) -> str | None:
        """It is changed: what was submitted is a draft again."""
        request = self.requests[id]
        if version != request.version:
            return "conflict"
        if request.state == "approved" and request.is_paid:
            return "begun"
        if request.state not in ("draft", "submitted", "returned", "approved"):
            return "state"
        self._release(request)
        request.parts, request.shares = parts, self.split(parts)
        request.writers.add(actor)
        request.state = "draft"
        request.version += 1
        return None

    def submit(self, id: str, actor: str, submission: str, version: int) -> str | None:
        """It is frozen and its money reserved."""
        request = self.requests[id]
        if version != request.version:
            return "conflict"
        if request.state not in ("draft", "returned"):
            return "state"
        over = self._over(request)
        if over is not None:
            return over
        request.shares = self.split(request.parts)
        self._move(request.shares, "awarded", "reserved")
        request.writers.add(actor)
        request.state, request.requested_by, request.given = "submitted", actor, {}
        on_plan = any(line for line, _grant, _amount in request.shares)
        request.authors = self.authors.get(request.case, frozenset()) if on_plan else frozenset()
        request.submissions.append(submission)
        request.band_total = self.total(request)
        request.version += 1
        self.request_of[submission] = id
        return None

    def total(self, request: Request) -> int:
        """With all other requests that count for the same activity or, without plan, the same person; of a project
        with all for the same payee."""
        mine = {self._purpose(request, share) for share in request.shares}
        others = (
            share[2]
            for other in self.requests.values()
            if other.id != request.id and other.case == request.case and other.state in OPEN
            for share in other.shares
            if self._purpose(other, share) in mine
        )
        return request.amount + sum(others)

    def cancel(self, id: str, version: int) -> str | None:
        """It is given up."""
        request = self.requests[id]
        if version != request.version:
            return "conflict"
        why_not = self._why_not_cancel(request)
        if why_not is not None:
            return why_not
        self._release(request)
        request.state = "cancelled"
        request.version += 1
        return None

    @staticmethod
    def _why_not_cancel(request: Request) -> str | None:
        if request.state == "approved" and request.is_paid:
            return "begun"
        return None if request.state in ("draft", "submitted", "returned", "approved") else "state"

    # What is decided

    def approve(self, submission: str, actor: str, *, is_other_content: bool = False) -> str | None:
        """One approval; the last one needed commits the money."""
        request = self.requests[self.request_of[submission]]
        why_not = self._why_not_approve(request, submission, actor, is_other_content=is_other_content)
        if why_not is not None:
            return why_not
        needs = self._needs(request)
        request.given[actor] = self._office_of(actor, request)
        given = list(request.given.values())
        if all(given.count(each) >= needed for each, needed in needs.items()):
            self._move(request.shares, "reserved", "committed")
            request.state = "approved"
            request.version += 1
        return None

    def _why_not_approve(self, request: Request, submission: str, actor: str, *, is_other_content: bool) -> str | None:
        if is_other_content:
            return "stale"
        if request.state != "submitted":
            return "not waiting"
        if request.submissions[-1] != submission:
            return "stale"
        barred = {
            "own request": actor == request.requested_by,
            "wrote in it": actor in request.writers,
            "wrote the plan": actor in request.authors,
            "approved before": actor in request.given,
            "caseworker": actor in self.caseworkers.get(request.case, ()),
        }
        why_not = next((word for word, is_so in barred.items() if is_so), None)
        office = self._office_of(actor, request)
        if why_not is None and self._needs(request)[office] <= list(request.given.values()).count(office):
            return "office done"
        if why_not is None and any(grant in self.closed for _line, grant, _amount in request.shares):
            return "given back"
        return why_not

    def decline(self, submission: str, actor: str, state: str) -> str | None:
        """It is returned or refused: the money is there again."""
        request = self.requests[self.request_of[submission]]
        why_not = self._why_not_decline(request, submission, actor, is_other_content=False)
        if why_not is not None:
            return why_not
        self._release(request)
        request.state = state
        request.version += 1
        return None

    @staticmethod
    def _why_not_decline(request: Request, submission: str, actor: str, *, is_other_content: bool) -> str | None:
        if is_other_content:
            return "stale"
        if request.state != "submitted":
            return "not waiting"
        if request.submissions[-1] != submission:
            return "stale"
        if actor == request.requested_by or actor in request.writers:
            return "wrote it"
        return "word given" if actor in request.given else None

    # What is paid

    def pay(self, id: str, amount: int, actor: str) -> str | None:
        """An approved request is paid in one go, at most what was approved; the rest is released."""
        request = self.requests[id]
        if request.state != "approved":
            return "not approved"
        if request.is_paid:
            return "paid before"
        if actor in request.writers or actor == request.requested_by:
            return "own request"
        if actor in request.given:
            return "approved before"
        if amount > request.amount:
            return "above the cap"
        weights = [share[2] for share in request.shares]
        spent = shared_out(amount, weights)
        took = [(line, grant, part) for (line, grant, _all), part in zip(request.shares, spent, strict=True)]
        left = [(line, grant, whole - part) for (line, grant, whole), part in zip(request.shares, spent, strict=True)]
        self._move(took, "committed", "spent")
        self._move(left, "committed", "awarded")
        self._relinquish(grant for _line, grant, _amount in left)
        request.is_paid, request.paid, request.spent = True, amount, [share for share in took if share[2]]
        return None

    def give_back(self, id: str, amount: int) -> str | None:
        """So much of a payment came back, over what its shares still hold."""
        request = self.requests[id]
        if amount > request.paid:
            return "more than was paid"
        back = shared_out(amount, [part for _line, _grant, part in request.spent])
        shares = [(line, grant, part) for (line, grant, _spent), part in zip(request.spent, back, strict=True)]
        self._move(shares, "spent", "awarded")
        self._relinquish(grant for _line, grant, _amount in shares)
        request.paid -= amount
        request.spent = [(line, grant, part - b) for (line, grant, part), b in zip(request.spent, back, strict=True)]
        return None

    # What would be answered

    def why_not(
        self, kind: str, subject: str, actor: str, *, version: int = 0, is_other_content: bool = False
    ) -> str | None:
        """The answer that an act would get now; nothing is done (a copy of the request is judged)."""
        if kind in ("submit", "cancel"):
            request = self.requests[subject]
            if version != request.version:
                return "conflict"
            if kind == "cancel":
                return self._why_not_cancel(request)
            return "state" if request.state not in ("draft", "returned") else self._over(request)
        request = self.requests[self.request_of[subject]]
        if kind == "approve":
            return self._why_not_approve(request, subject, actor, is_other_content=is_other_content)
        return self._why_not_decline(request, subject, actor, is_other_content=is_other_content)

    # What must always be so

    def faults(self) -> list[str]:
        """Where the four levels do not agree with each other."""
        found = []
        for name in ("awarded", "reserved", "committed", "spent"):
            of_grants = sum(getattr(account, name) for account in self.grants.values())
            for level in (self.budget, self.programme):
                if getattr(level, name) != of_grants:
                    found.append(f"{name}: {getattr(level, name)} above, {of_grants} in the grants")
        held = dict.fromkeys(("reserved", "committed", "spent"), 0)
        for request in self.requests.values():
            if request.state == "submitted":
                held["reserved"] += request.amount
            elif request.state == "approved" and not request.is_paid:
                held["committed"] += request.amount
            held["spent"] += request.paid
        found += [
            f"{name}: {getattr(self.budget, name)} on the budget line, {amount} in the requests"
            for name, amount in held.items()
            if getattr(self.budget, name) != amount
        ]
        return found

    def _office_of(self, actor: str, request: Request) -> str:
        return "sending" if request.case in self.alone else self.offices[actor]

    def _purpose(self, request: Request, share: Share) -> tuple[str, str]:
        line, grant, _amount = share
        if request.case in self.alone:
            return "payee", request.payee
        return ("activity", self.lines[line].activity) if line else ("person", self.person_of[grant])

    def _needs(self, request: Request) -> dict[str, int]:
        totals = (request.band_total, max(request.band_total, self.total(request)))
        bands = [next(b for b in self.bands if b.up_to is None or total <= b.up_to) for total in totals]
        if request.case in self.alone:
            return {"receiving": 0, "sending": max(b.receiving + b.sending for b in bands)}
        return {"receiving": max(b.receiving for b in bands), "sending": max(b.sending for b in bands)}

    def _over(self, request: Request) -> str | None:
        shares = self.split(request.parts)
        if any(grant in self.closed for _line, grant, _amount in shares):
            return "closed"
        for level in ("line", "grant"):
            asked: dict[str, int] = {}
            for line, grant, amount in shares:
                key = line if level == "line" else grant
                if key:
                    asked[key] = asked.get(key, 0) + amount
            accounts = self.line_accounts if level == "line" else self.grants
            if any(amount > accounts[key].awarded for key, amount in asked.items()):
                return f"over the {level}"
        return None

    def _release(self, request: Request) -> None:
        held = {"submitted": "reserved", "approved": "committed"}.get(request.state)
        if held is not None:
            self._move(request.shares, held, "awarded")
            self._relinquish(grant for _line, grant, _amount in request.shares)

    def _move(self, shares: Iterable[Share], source: str, target: str) -> None:
        for line, grant, amount in shares:
            accounts = [self.grants[grant], self.budget, self.programme]
            if line:
                accounts.append(self.line_accounts[line])
            for account in accounts:
                account.move(source, target, amount)
