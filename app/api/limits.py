"""How much one device may ask for: so many requests a second, and so many at the same time.

A paired device, or a program with a key of its own, is known by that, wherever it asks from; all
others by their address. Whoever asks from this machine is not limited: all its programs have one
address, and its owner can end them.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from flask import Flask, Response, g, request

from app.api.security.asker import asker
from app.errors import DevicesFailed, TooManyRequests
from app.language import Text

AT_ONCE = 48  # requests of one device that are being answered
PER_S = 30.0  # requests, for as long as one likes
BURST = 300.0  # requests, after a while of quiet
HOUSE_BITS = 64  # of an IPv6 address belong to one network, in which a machine takes any number
REMEMBERED = 4096  # devices
CONNECTIONS = 192  # with something to say, of one address: of these, some devices may share one
A_PROXY = "a proxy on this machine"
PUBLIC = frozenset({"health"})

TOO_FAST = Text(
    "This device sends too many requests. Wait {seconds} s.",
    "此设备的请求过多，请等待 {seconds} 秒。",
)
TOO_MANY = Text(
    "This device has {count} requests running already. Wait until one of them is done.",
    "此设备已有 {count} 个请求正在处理，请等其中一个完成。",
)


@dataclass(slots=True)
class _Use:
    """What one device uses. `left`: how many requests it may make at once, as of `seen_s`."""

    running: int = 0
    left: float = BURST
    seen_s: float = field(default_factory=time.monotonic)


class Limits:
    """Counts what every device uses; its methods may be called from any thread."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._uses: dict[str, _Use] = {}

    def enter(self, who: str) -> None:
        """A request begins. Raises: TooManyRequests."""
        now = self._now()
        with self._lock:
            if len(self._uses) >= REMEMBERED:
                self._forget(now)
            use = self._uses.setdefault(who, _Use(seen_s=now))
            use.left = min(BURST, use.left + (now - use.seen_s) * PER_S)
            use.seen_s = now
            if use.left < 1:
                wait_s = max(1, round((1 - use.left) / PER_S))
                raise TooManyRequests(TOO_FAST.filled(seconds=wait_s), wait_s)
            if use.running >= AT_ONCE:
                raise TooManyRequests(TOO_MANY.filled(count=use.running))
            use.left -= 1
            use.running += 1

    def leave(self, who: str) -> None:
        """A request that was let in is over."""
        with self._lock:
            if (use := self._uses.get(who)) is not None:
                use.running -= 1

    def _forget(self, now: float) -> None:
        """Those who have nothing running, and have been quiet for long enough."""
        quiet = BURST / PER_S
        for who, use in list(self._uses.items()):
            if not use.running and now - use.seen_s > quiet:
                del self._uses[who]


class Crowd:
    """Counts the connections of every address that have something to say, or shake hands.

    Before that is heard, nobody knows whose they are. Called from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._present: Counter[str] = Counter()

    def enter(self, who: str) -> bool:
        """Whether there is room for one more of them."""
        with self._lock:
            if self._present[who] >= CONNECTIONS:
                return False
            self._present[who] += 1
            return True

    def leave(self, who: str) -> None:
        """One that was let in has nothing more to say for now."""
        with self._lock:
            self._present[who] -= 1
            if not self._present[who]:
                del self._present[who]


def limit(app: Flask) -> None:
    """Let no other device take all of `app`; a request lasts until its response is sent."""
    limits = Limits()

    def enter() -> None:
        who = None if request.blueprint in PUBLIC else _device()
        if who is not None:
            limits.enter(who)
            g.limited = who

    def leave_later(response: Response) -> Response:
        who = g.pop("limited", None)
        if who is not None:
            response.call_on_close(lambda: limits.leave(who))
        return response

    app.before_request(enter)
    app.after_request(leave_later)


def _device() -> str | None:
    """Whom a request is counted for; None: this machine."""
    with suppress(DevicesFailed):  # whoever is let in nevertheless is told later
        who = asker()
        if who.grant is not None:
            return who.grant.id
        if who.here:
            return None
    return machine(request.remote_addr) or A_PROXY


def machine(address: str | None) -> str | None:
    """Which machine an address is counted for; None: this one."""
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return address
    inner = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    found = inner or found
    if found.is_loopback:
        return None
    if isinstance(found, ipaddress.IPv6Address) and not found.is_link_local:
        return str(ipaddress.ip_network((found, HOUSE_BITS), strict=False))
    return str(found)
