"""Finds a name that is free in the network, announces it, and answers whoever asks for it."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from ipaddress import ip_address

from app.security.addresses import source_for
from app.security.mdns.message import ANY, Damaged, Message, Question, Record
from app.security.mdns.presence import LEGACY_S, Presence, contradicts

log = logging.getLogger(__name__)

GROUP, PORT = "224.0.0.251", 5353
PROBES, PROBE_S = 3, 0.25
ANNOUNCEMENTS, BETWEEN_S = 2, 1.0
MOST_NAMES = 20  # that are tried; beyond, somebody means mischief
LOOK_EACH_S = 10.0  # whether addresses have changed
ROUND_S = 0.25  # how soon it ends
QUIET_S = 0.9  # between two answers to all, so that nobody is made to flood the network
LARGEST = 9000  # bytes of one message

Addresses = Callable[[], list[str]]


class Responder:
    """On a thread of its own until `close`.

    `addresses`: where this machine is reached just now; `told` hears each name that it has got.
    """

    def __init__(
        self, port: int, addresses: Addresses, told: Callable[[str], None], title: str = "Assistant"
    ) -> None:
        self._presence = Presence("assistant", title, port)
        self._title = title
        self._look = addresses
        self._told = told
        self._addresses: list[str] = []
        self._joined: set[str] = set()
        self._answered_s = 0.0
        self._closing = threading.Event()
        self._socket: socket.socket | None = None
        self._thread = threading.Thread(target=self._run, name="mdns", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Say good-bye, and end."""
        self._closing.set()
        self._thread.join(2 * ROUND_S + 0.5)

    def _run(self) -> None:
        try:
            with _opened() as self._socket:
                while not self._closing.is_set():
                    if self._claim():
                        self._told(self._presence.host)
                        self._serve()
                        self._tell(seconds=0)
        except OSError as error:  # another program has the port alone, or the system forbids it
            log.info("no mDNS: %s", error)

    def _claim(self) -> bool:
        """Take the first name that nobody has; False when it is time to end.

        Raises: OSError, where all are taken.
        """
        for number in range(1, MOST_NAMES + 1):
            suffix = ("", "") if number == 1 else (f"-{number}", f" ({number})")
            label, title = f"assistant{suffix[0]}", f"{self._title}{suffix[1]}"
            self._presence = Presence(label, title, self._presence.port)
            if self._is_free():
                return not self._closing.is_set()
        raise OSError("every name is taken")

    def _is_free(self) -> bool:
        self._notice_addresses()
        claims = self._presence.claims(self._addresses)
        names = dict.fromkeys(each.name for each in claims)
        questions = tuple(Question(name, ANY, alone=True) for name in names)
        for _ in range(PROBES):
            self._send(lambda _: Message(questions=questions, claims=claims))
            for heard, _peer in self._heard(PROBE_S):
                if contradicts(heard, claims):
                    return False
        return True

    def _serve(self) -> None:
        """Until the program ends, or another device turns out to have the name."""
        announced, announce_s, look_s = 0, 0.0, time.monotonic() + LOOK_EACH_S
        while not self._closing.is_set():
            now = time.monotonic()
            if now > look_s:
                look_s = now + LOOK_EACH_S
                announced = 0 if self._notice_addresses() else announced
            if announced < ANNOUNCEMENTS and now > announce_s:
                announced, announce_s = announced + 1, now + BETWEEN_S
                self._tell()
            for heard, peer in self._heard(ROUND_S):
                if not heard.is_response:
                    self._answer(heard, peer)
                elif contradicts(heard, self._presence.claims(self._addresses)):
                    return

    def _answer(self, asked: Message, peer: tuple[str, int]) -> None:
        address = source_for(peer[0])
        if address not in self._addresses or not ip_address(peer[0]).is_private:
            return  # it comes from another network
        answer = self._presence.answer(asked, address)
        if answer is None:
            return
        if peer[1] != PORT:  # a resolver that knows plain DNS only
            short = [tuple(_short(group)) for group in (answer.answers, answer.more)]
            answer = replace(answer, number=asked.number, questions=asked.questions)
            self._send_to(replace(answer, answers=short[0], more=short[1]), peer)
        elif all(each.alone for each in asked.questions):
            self._send_to(answer, peer)
        elif asked.claims or time.monotonic() - self._answered_s > QUIET_S:
            self._answered_s = time.monotonic()
            self._send(lambda _: answer, [address])

    def _tell(self, seconds: int | None = None) -> None:
        """All that there is to know, to everyone; for so long."""

        def message(address: str) -> Message:
            records = self._presence.records(address)
            if seconds is not None:
                records = tuple(replace(each, seconds=seconds) for each in records)
            return Message(is_response=True, answers=records)

        self._send(message)

    def _send(self, message: Callable[[str], Message], addresses: list[str] | None = None) -> None:
        """To all, in the network of each of these addresses."""
        for address in self._addresses if addresses is None else addresses:
            with suppress(OSError):  # that network has just gone
                source = socket.inet_aton(address)
                self._open.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, source)
                self._open.sendto(message(address).to_bytes(), (GROUP, PORT))

    def _send_to(self, message: Message, peer: tuple[str, int]) -> None:
        with suppress(OSError):
            self._open.sendto(message.to_bytes(), peer)

    def _heard(self, seconds: float) -> Iterator[tuple[Message, tuple[str, int]]]:
        """What comes in that time, unless it is time to end."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self._closing.is_set():
            self._open.settimeout(left)
            try:
                data, peer = self._open.recvfrom(LARGEST)
                yield Message.from_bytes(data), (peer[0], peer[1])
            except (TimeoutError, Damaged):
                continue

    def _notice_addresses(self) -> bool:
        """Whether they have changed; takes part in their networks."""
        found = [each for each in self._look() if _is_ipv4(each)]
        for address in set(found) - self._joined:
            group = socket.inet_aton(GROUP) + socket.inet_aton(address)
            with suppress(OSError):  # two addresses of one network, or it has just gone
                self._open.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
            self._joined.add(address)
        changed = found != self._addresses
        self._addresses = found
        return changed

    @property
    def _open(self) -> socket.socket:
        assert self._socket is not None
        return self._socket


def _opened() -> socket.socket:
    """Raises: OSError."""
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        # Other programs of this machine may answer for names of theirs.
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "SO_REUSEPORT"):
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
        made.bind(("", PORT))
    except OSError:
        made.close()
        raise
    return made


def _is_ipv4(address: str) -> bool:
    with suppress(ValueError):
        return ip_address(address).version == 4
    return False


def _short(records: tuple[Record, ...]) -> Iterator[Record]:
    for each in records:
        yield replace(each, seconds=min(each.seconds, LEGACY_S), unique=False)
