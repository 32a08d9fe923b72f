"""Money is a whole number of minor units with a currency; it is never a float."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

MAX_MINOR = 10**13
_EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "ISK": 0, "CLP": 0, "XAF": 0, "XOF": 0, "UGX": 0, "RWF": 0, "PYG": 0,
              "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3}  # fmt: skip


def exponent(currency: str) -> int:
    """Decimal places of the currency's minor unit (ISO 4217), 2 where not listed."""
    return _EXPONENTS.get(currency, 2)


def currencies_with(places: int) -> list[str]:
    """The codes of the currencies that have 0 or 3 decimal places, by name; all others have 2."""
    return sorted(code for code, digits in _EXPONENTS.items() if digits == places)


@dataclass(frozen=True, order=True)
class Money:
    """`minor` minor units of `currency` (ISO 4217 code)."""

    minor: int
    currency: str

    def __str__(self) -> str:
        places = exponent(self.currency)
        sign, whole = ("-" if self.minor < 0 else ""), abs(self.minor)
        if not places:
            return f"{sign}{whole} {self.currency}"
        return f"{sign}{whole // 10**places}.{whole % 10**places:0{places}d} {self.currency}"


def half_up(value: Fraction) -> int:
    """Round a non-negative exact value to a whole number, halves up (domain: converted once, half up)."""
    if value < 0:
        raise ValueError("amounts are not negative here")
    return int(value + Fraction(1, 2))


def convert(minor: int, rate: Fraction, source: str, target: str) -> int:
    """Minor units of `target` for `minor` of `source`; `rate` is units of source for one unit of target."""
    value = Fraction(minor, 10 ** exponent(source)) / rate * 10 ** exponent(target)
    return half_up(value)


def split(total: int, shares: Sequence[int]) -> list[int]:
    """Split `total` minor units in the proportion of `shares`: whole cents, largest remainder first, ties in order.

    Source: domain, "Currency". The parts always add up to `total`; `shares` must have a positive sum.
    """
    whole = sum(shares)
    if whole <= 0 or total < 0 or any(share < 0 for share in shares):
        raise ValueError("shares must be non-negative with a positive sum, the total non-negative")
    parts = [total * share // whole for share in shares]
    remainders = [total * share % whole for share in shares]
    order = sorted(range(len(shares)), key=lambda i: (-remainders[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts
