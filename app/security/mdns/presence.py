"""What the network is told of the assistant, and what it answers to whom."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from app.security.mdns.message import (
    AAAA,
    ANY,
    NSEC,
    PTR,
    SRV,
    TXT,
    A,
    Message,
    Name,
    Question,
    Record,
    joined,
    lower,
    named,
    packed,
)

SERVICE = named("_http._tcp.local")
SERVICES = named("_services._dns-sd._udp.local")
HOST_S, REST_S, LEGACY_S = 120, 4500, 10  # how long it may be believed. Source: RFC 6762, 10, 6.7
ONLY_A = b"\0\1\x40"  # which kinds of records there are. Source: RFC 4034, 4.1.2


@dataclass(frozen=True, slots=True)
class Presence:
    """The assistant under one name: `label`.local, on a port. `title`: in lists of services."""

    label: str
    title: str
    port: int

    @property
    def host(self) -> str:
        """Its name, as browsers take it."""
        return f"{self.label}.local"

    def records(self, address: str) -> tuple[Record, ...]:
        """All that is told of it at one of its addresses."""
        return (*self._of_host(address), *self._of_service())

    def claims(self, addresses: Iterable[str]) -> tuple[Record, ...]:
        """What nobody else may say."""
        return joined(
            record
            for address in addresses
            for record in self.records(address)
            if record.unique and record.kind in (A, SRV)
        )

    def answer(self, asked: Message, address: str) -> Message | None:
        """To what somebody asked who reaches it at that address; None: that is not its business."""
        known = asked.answers  # they need not be told
        found = joined(
            record
            for question in asked.questions
            for record in self._about(question, address)
            if not any(record.says_as(each) for each in known)
        )
        if not found:
            return None
        more = tuple(each for each in self._of_host(address) if each not in found)
        return Message(is_response=True, answers=found, more=more)

    def _about(self, question: Question, address: str) -> Iterator[Record]:
        for record in self.records(address):
            is_wanted = question.kind in (record.kind, ANY)
            denied = record.kind == NSEC and question.kind == AAAA
            if lower(record.name) == lower(question.name) and (is_wanted or denied):
                yield record

    def _of_host(self, address: str) -> tuple[Record, ...]:
        name = named(self.host)
        return (
            Record(name, A, IPv4Address(address).packed, HOST_S),
            Record(name, NSEC, packed(name) + ONLY_A, HOST_S),
        )

    def _of_service(self) -> tuple[Record, ...]:
        instance: Name = (self.title.encode()[:63], *SERVICE)
        place = struct.pack("!3H", 0, 0, self.port) + packed(named(self.host))
        return (
            Record(instance, SRV, place, HOST_S),
            Record(instance, TXT, b"\x06path=/", REST_S),
            Record(SERVICE, PTR, packed(instance), REST_S, unique=False),
            Record(SERVICES, PTR, packed(SERVICE), REST_S, unique=False),
        )


def contradicts(heard: Message, claims: Iterable[Record]) -> bool:
    """Whether another device says something else of a name that is claimed, or is about to.

    Of two that are about to, the one whose data is the greater may. Source: RFC 6762, 8.2, 9.
    """
    ours = list(claims)
    for record in heard.answers if heard.is_response else heard.claims:
        said = [each.data for each in ours if _same_thing(each, record)]
        if not said or not record.seconds or record.data in said:
            continue
        if heard.is_response or record.data > max(said):
            return True
    return False


def _same_thing(one: Record, other: Record) -> bool:
    return one.kind == other.kind and lower(one.name) == lower(other.name)
