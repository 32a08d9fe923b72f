"""Figures of a page and the rows that make them, as the marks of `ui.figure` and `ui.row` say; without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "rect", "source", "wbr"}


HEADINGS = {"h1", "h2", "h3"}


@dataclass
class Node:
    """An element with its attributes and what lies in it."""

    tag: str
    attrs: dict[str, str]
    above: Node | None = None
    inside: list[Node] = field(default_factory=list)
    text: str = ""

    def all(self) -> Iterator[Node]:
        """It and everything in it, in order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.inside))

    def up(self) -> Iterator[Node]:
        """It and what it lies in, from the inside out."""
        yield self
        if self.above is not None:
            yield from self.above.up()

    def words(self) -> str:
        """Its text, for a report."""
        return " ".join(" ".join(node.text for node in self.all()).split())


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.at = Node("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.inside.append(node)
        if tag not in VOID:
            self.at = node

    def handle_endtag(self, tag: str) -> None:
        for node in self.at.up():
            if node.tag == tag:
                self.at = node.above or self.root
                return

    def handle_data(self, data: str) -> None:
        self.at.text += data


def tree(html: str) -> Node:
    """The page's elements."""
    builder = _Builder()
    builder.feed(html)
    return builder.root


@dataclass(frozen=True)
class Figure:
    """A figure as it is read, its number, what its rows are called, and the address where they are ("" with a part:
    in the part of its own page that holds it)."""

    words: str
    value: int
    of: str
    address: str
    part: str


def figures(page: Node, address: str) -> Iterator[Figure]:
    """Every element that is marked as a figure."""
    for node in page.all():
        if "data-figure" not in node.attrs:
            continue
        link = next((each.attrs["href"] for each in node.up() if each.tag == "a" and "href" in each.attrs), None)
        if link is None:
            part = next(
                (each.attrs["id"] for each in node.up() if each.attrs.get("id") and each.tag not in HEADINGS), "main"
            )
            to = address
        else:
            to, _hash, part = urljoin(address, link).partition("#")
        yield Figure(node.words(), int(node.attrs["data-figure"]), node.attrs["data-of"], to, part or "main")


def part_of(page: Node, part: str) -> Node:
    """The element of this id."""
    here = next((node for node in page.all() if node.attrs.get("id") == part), None)
    assert here is not None, f"no part called {part}"
    return here


def rows(page: Node, part: str, of: str) -> list[int]:
    """What each row of this name in this part of a page counts: its amount, or 1. Rows called "row" need no mark."""
    here = part_of(page, part)
    named = [node for node in here.all() if of in node.attrs.get("data-row", "").split()]
    if not named and of == "row":
        named = next((found for found in (list(_of(here, each)) for each in ("tr", "article", "li")) if found), [])
    return [int(node.attrs.get("data-amount", "1")) for node in named]


def _of(here: Node, tag: str) -> Iterator[Node]:
    for node in here.all():
        if node.tag == tag and not (tag == "tr" and not any(each.tag == "tbody" for each in node.up())):
            yield node


def made_of(figure: Figure, read: Callable[[str], Node]) -> int:
    """What the rows add up to that the figure opens to, on all pages of their list."""
    address, total, seen = figure.address, 0, set[str]()
    while address not in seen:
        seen.add(address)
        page = read(address)
        total += sum(rows(page, figure.part, figure.of))
        following = (
            node for node in part_of(page, figure.part).all()
            if node.attrs.get("rel") == "next" and any(each.attrs.get("class") == "pager" for each in node.up())
        )  # fmt: skip
        address = next((urljoin(address, node.attrs["href"]).partition("#")[0] for node in following), address)
    return total


def links(page: Node, address: str) -> Iterator[str]:
    """The paths that the page leads to."""
    for node in page.all():
        if node.tag == "a" and node.attrs.get("href"):
            yield urlsplit(urljoin(address, node.attrs["href"])).path
