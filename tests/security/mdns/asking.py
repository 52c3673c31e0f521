"""Asks the network for a name, as a resolver of plain DNS does."""

from __future__ import annotations

import socket

from app.security.mdns.message import A, Message, Question, named
from app.security.mdns.responder import GROUP, PORT

TRIES, TRY_S = 10, 1.0
NUMBER = 77


def resolved(name: str, asker: str) -> str:
    """The address by that name. `asker`: the address of whoever asks."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(asker))
        asking.settimeout(TRY_S)
        question = Message(NUMBER, questions=(Question(named(name), A),))
        for _ in range(TRIES):
            asking.sendto(question.to_bytes(), (GROUP, PORT))
            try:
                answer = Message.from_bytes(asking.recv(9000))
            except TimeoutError:
                continue
            assert answer.number == NUMBER
            return socket.inet_ntoa(answer.answers[0].data)
    raise AssertionError(f"nobody knows {name}")
