"""Numbers between bounds, exactly, digit by digit. A bounded number has no exponent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.chat.schema.gbnf import either, literal, sequence

DIGITS = 15  # of numbers without a bound; more than a double holds would round across a bound


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit; `strict`: the number itself is out."""

    value: Decimal
    strict: bool = False


def integer(low: int | None, high: int | None) -> str | None:
    """A whole number, bounds included; None where there is none."""
    far: int = 10 ** max(
        DIGITS, *(len(str(abs(end))) + 1 for end in (low, high) if end is not None)
    )
    low, high = -far if low is None else low, far if high is None else high
    parts = []
    if low < 0 and low <= high:
        parts.append(f'"-" {_natural(max(1, -high), -low)}')
    if high >= 0 and low <= high:
        parts.append(_natural(max(0, low), high))
    return either(parts) if parts else None


def number(low: Bound | None, high: Bound | None) -> str | None:
    """A number with or without a fraction; None where there is none."""
    ends = [end.value for end in (low, high) if end]
    far = Decimal(10) ** max([DIGITS, *(len(str(int(abs(each)))) + 1 for each in ends)])
    # So many digits behind the point that no number rounds across a bound.
    fraction = _Fraction(max(1, min(DIGITS - 1 - len(str(int(abs(each)))) for each in ends)))
    low, high = low or Bound(-far), high or Bound(far)
    if low.value > high.value:
        return None
    parts = []
    if low.value < 0:
        nearest = Bound(-high.value, high.strict) if high.value <= 0 else Bound(Decimal(0))
        if part := _magnitude(nearest, Bound(-low.value, low.strict), fraction):
            parts.append(f'"-" {part}')
    if high.value >= 0:
        nearest = low if low.value >= 0 else Bound(Decimal(0))
        if part := _magnitude(nearest, high, fraction):
            parts.append(part)
    return either(parts) if parts else None


def _natural(low: int, high: int) -> str:
    """Digits without a sign or leading zeros."""
    parts = []
    for length in range(len(str(low)), len(str(high)) + 1):
        first = max(low, 10 ** (length - 1) if length > 1 else 0)
        parts.append(_same_length(str(first), str(min(high, 10**length - 1))))
    return either(parts)


def _same_length(low: str, high: str) -> str:
    if low == high:
        return literal(low)
    if low[0] == high[0]:
        return sequence(literal(low[0]), _same_length(low[1:], high[1:]))
    if set(low[1:]) <= {"0"} and set(high[1:]) <= {"9"}:
        return sequence(_digit(low[0], high[0]), _any(len(low) - 1))
    parts = [sequence(literal(low[0]), _at_least(low[1:]))]
    if int(high[0]) - int(low[0]) > 1:
        parts.append(sequence(_between(low[0], high[0]), _any(len(low) - 1)))
    return either([*parts, sequence(literal(high[0]), _at_most(high[1:]))])


def _at_least(low: str) -> str:
    return _same_length(low, "9" * len(low)) if low else ""


def _at_most(high: str) -> str:
    return _same_length("0" * len(high), high) if high else ""


def _magnitude(low: Bound, high: Bound, fraction: _Fraction) -> str | None:
    """A number that is not negative."""
    first, last = int(low.value), int(high.value)
    if first == last:
        rest = fraction.within(low, high)
        return None if rest is None else sequence(literal(str(first)), rest)
    parts = [sequence(literal(str(first)), fraction.above(low))]
    if last - first > 1:
        parts.append(sequence(_natural(first + 1, last - 1), fraction.whatever()))
    if (rest := fraction.below(high)) is not None:
        parts.append(sequence(literal(str(last)), rest))
    return either(parts)


@dataclass(frozen=True, slots=True)
class _Fraction:
    """What may follow a number's whole part. `tail`: how many digits beyond those that decide."""

    tail: int

    def whatever(self) -> str:
        return f'("." [0-9]{{1,{self.tail}}})?'

    def above(self, low: Bound) -> str:
        digits = _fraction(low)
        if not digits and not low.strict:
            return self.whatever()
        return sequence('"."', self._above(digits, low.strict))

    def below(self, high: Bound) -> str | None:
        digits = _fraction(high)
        if not digits:
            return None if high.strict else f'("." "0"{{1,{self.tail}}})?'
        return f'("." {self._below(digits, high.strict)})?'

    def within(self, low: Bound, high: Bound) -> str | None:
        """Both bounds have the same whole part."""
        least, most = _fraction(low), _fraction(high)
        if not most:
            return None if low.strict or high.strict else self.below(high)
        digits = self._within(least, most, low.strict, high.strict)
        if digits is None:
            return None
        return f'("." {digits})?' if not least and not low.strict else sequence('"."', digits)

    def _above(self, low: str, strict: bool) -> str:
        if not low:
            rest = f"[0-9]{{0,{self.tail}}}"
            return f'"0"{{0,{self.tail}}} [1-9] {rest}' if strict else rest
        parts = [sequence(literal(low[0]), self._above(low[1:], strict))]
        if low[0] < "9":
            parts.append(sequence(_digit(chr(ord(low[0]) + 1), "9"), self._above("", False)))
        return either(parts)

    def _below(self, high: str, strict: bool) -> str | None:
        """None: nothing may follow, not even an end."""
        if not high:
            return None if strict else f'"0"{{0,{self.tail}}}'
        parts = []
        if high[0] > "0":
            parts.append(sequence(_digit("0", chr(ord(high[0]) - 1)), self._above("", False)))
        if (rest := self._below(high[1:], strict)) is not None:
            parts.append(sequence(literal(high[0]), f"({rest})?"))
        return either(parts) if parts else None

    def _within(self, low: str, high: str, from_: bool, to: bool) -> str | None:
        if not high:
            return None if from_ or to or low else f'"0"{{0,{self.tail}}}'
        first, last, rest = low[:1] or "0", high[0], low[1:]
        if first > last:
            return None
        if first == last:
            inside = self._within(rest, high[1:], from_, to)
            if inside is None:
                return None
            ends = not rest and not from_
            return sequence(literal(first), f"({inside})?" if ends else inside)
        parts = [sequence(literal(first), self._above(rest, from_))]
        if ord(last) - ord(first) > 1:
            parts.append(sequence(_between(first, last), self._above("", False)))
        if (below := self._below(high[1:], to)) is not None:
            parts.append(sequence(literal(last), f"({below})?"))
        return either(parts)


def _fraction(bound: Bound) -> str:
    """The digits behind the point, without zeros at the end."""
    return f"{bound.value:f}".partition(".")[2].rstrip("0")


def _digit(low: str, high: str) -> str:
    return f"[{low}-{high}]" if low != high else f"[{low}]"


def _between(low: str, high: str) -> str:
    return _digit(chr(ord(low) + 1), chr(ord(high) - 1))


def _any(count: int) -> str:
    return f"[0-9]{{{count}}}" if count else ""
