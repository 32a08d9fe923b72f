"""Which passwords are guessed first: the commonest ones, runs of keys, and words that everybody here knows."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from casetracker.accounts.states import LONGEST_PASSWORD, SHORTEST_PASSWORD
from casetracker.core.errors import N_, Message

COMMONEST = 20_000
OWN_WORDS = ("casetracker", "caseworker", "supervisor", "administrator", "password", "reintegration", "migration")
"""Words of the program's own context; the installation's offices and people come with each call."""
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
         "qwertyuiopasdfghjklzxcvbnm", "йцукенгшщзхъфывапролджэячсмитьбю")  # fmt: skip
_DISGUISED = str.maketrans("@4301!$57", "aaeoiisst")
_SHORTEST_WORD = 3


@cache
def commonest() -> frozenset[str]:
    """The 20,000 commonest passwords (the ranked list of zxcvbn), lower case; read when first asked for."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"][:COMMONEST])


def why_not_password(password: str, *, email: str, name: str, words: Collection[str] = ()) -> Message | None:
    """15 to 128 characters (NIST SP 800-63B: length, no composition), none of the commonest also repeated or
    padded, no run of keys, and not mostly made of the own name, address, `words` (offices) or the program's words."""
    if len(password) < SHORTEST_PASSWORD:
        return Message(
            N_("A password has at least %(num)d character. A sentence of your own is good."),
            {"num": SHORTEST_PASSWORD},
            plural=N_("A password has at least %(num)d characters. A sentence of your own is good."),
        )
    if len(password) > LONGEST_PASSWORD:
        return Message(N_("A password has at most %(num)d character."), {"num": LONGEST_PASSWORD},
                       plural=N_("A password has at most %(num)d characters."))  # fmt: skip
    plain = password.casefold()
    if len(set(plain)) < 5 or _is_repeated(plain) or _is_run(plain):
        return Message(N_("This repeats few characters or follows the keys, and is easily guessed. "
                          "Please choose another."))  # fmt: skip
    if any(each in commonest() or _is_common_repeated(each) for each in _cores(plain)):
        return Message(N_("This is one of the passwords that are tried first everywhere, or little more than one. "
                          "Please choose another."))  # fmt: skip
    if _is_mostly(plain, _words(email, name, words)):
        return Message(N_("This is mostly your own name or address, an office or the program's name, and is easily "
                          "guessed. Please choose another."))  # fmt: skip
    return None


def _cores(plain: str) -> set[str]:
    """The password itself, without digits and signs around it, and with the usual disguises undone."""
    squeezed = re.sub(r"[\W_]+", "", plain)
    both = (plain, squeezed, plain.translate(_DISGUISED))
    return {*both, *(re.sub(r"^[\W\d_]+|[\W\d_]+$", "", each) for each in both)}


def _is_repeated(text: str) -> bool:
    """Whether it is a short piece again and again, the last one perhaps cut off."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, min(6, len(text) // 2 + 1)))


def _is_common_repeated(text: str) -> bool:
    """Whether it is one of the commonest twice or more."""
    sizes = (size for size in range(4, len(text) // 2 + 1) if len(text) % size == 0)
    return any(text == text[:size] * (len(text) // size) and text[:size] in commonest() for size in sizes)


def _is_run(text: str) -> bool:
    """Whether it follows the alphabet, the digits or the keys, forwards or backwards."""
    return any(text in run * (len(text) // len(run) + 2) for each in _RUNS for run in (each, each[::-1]))


def _words(email: str, name: str, others: Collection[str]) -> list[str]:
    """The context's words, longest first."""
    texts = (email, name, *others, *OWN_WORDS)
    found = {word for text in texts for word in re.split(r"[\W_]+", text.casefold()) if len(word) >= _SHORTEST_WORD}
    return sorted(found - {"com", "org", "net"}, key=lambda word: (-len(word), word))


def _is_mostly(plain: str, words: list[str]) -> bool:
    """Whether more than half of the letters and digits is made of the words."""
    for text in (plain, plain.translate(_DISGUISED)):
        left = text
        for word in words:
            left = left.replace(word, " ")
        whole, rest = (re.sub(r"[\W_]+", "", each) for each in (text, left))
        if (len(whole) - len(rest)) * 2 > len(whole):
            return True
    return False
