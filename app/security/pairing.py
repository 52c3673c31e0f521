"""What admits a new device: a code in a QR picture, or six digits that someone reads and types.

Both are made when they are shown, live for a short time, and admit one device.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.errors import TooManyTries, WrongCode
from app.language import Text

LIFE_S = 600.0
FREE_TRIES = 5
FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 3600.0

_WRONG = Text(
    "This code is wrong, used or too old. The assistant's machine shows a new one.",
    "代码不正确、已使用或已过期。请在运行助手的电脑上查看新的代码。",
)
_TOO_MANY = Text(
    "Wrong codes too often. Try again in {seconds} seconds, or scan the QR code.",
    "代码输错次数过多。请在 {seconds} 秒后重试，或扫描二维码。",
)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Admits one device by either. `expires`: Unix time."""

    pin: str
    code: str
    expires: float


class Pairing:
    """The invitation of the moment, and how often it was guessed at."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._current: Invitation | None = None
        self._failures = 0  # in a row
        self._locked_until = 0.0

    def current(self) -> Invitation:
        """The one to show: a new one where the last is used, worn out or too old."""
        with self._lock:
            now = self._now()
            # A clock that was set back must not lengthen its life.
            if self._current is None or not 0 < self._current.expires - now <= LIFE_S:
                pin = f"{secrets.randbelow(10**6):06}"
                self._current = Invitation(pin, secrets.token_urlsafe(16), now + LIFE_S)
            return self._current

    def redeem(self, text: str, is_key: Callable[[bytes], bool] = lambda _: False) -> None:
        """Use the invitation up; a key admits as well. Raises: WrongCode; TooManyTries."""
        with self._lock:
            # Nobody guesses a code, so that whoever has it need not wait for those who guess.
            if not self._is(text.strip(), "code"):
                self._check_wait()
                if is_key(text.strip().encode()):
                    return
                if not self._is("".join(text.split()), "pin"):
                    self._note_failure()
                    raise WrongCode(_WRONG)
            self._current = None
            self._failures, self._locked_until = 0, 0.0

    def _is(self, text: str, part: str) -> bool:
        current = self._current
        if current is None or not 0 < current.expires - self._now() <= LIFE_S:
            return False
        return hmac.compare_digest(text.encode(), getattr(current, part).encode())

    def _check_wait(self) -> None:
        left_s = self._locked_until - self._now()
        if 0 < left_s <= LONGEST_WAIT_S:
            seconds = round(left_s + 0.5)
            raise TooManyTries(_TOO_MANY.filled(seconds=seconds), seconds)

    def _note_failure(self) -> None:
        self._failures += 1
        beyond = self._failures - FREE_TRIES
        if beyond < 0:
            return
        wait_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(beyond, 16))
        self._locked_until = self._now() + wait_s
        if self._current is not None:  # the digits are worn out, the code is not
            pin = f"{secrets.randbelow(10**6):06}"
            self._current = Invitation(pin, self._current.code, self._current.expires)
