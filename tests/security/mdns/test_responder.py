"""Two devices in one network that want the same name, and a third that asks."""

from __future__ import annotations

import queue
import sys
from collections.abc import Iterator

import pytest

from app.security.mdns.responder import Responder
from tests.frozen.house import Machine, house
from tests.security.mdns.asking import resolved

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="network namespaces")

WAIT_S = 20.0


@pytest.fixture
def machines() -> Iterator[tuple[Machine, Machine]]:
    with house(("one", "10.78.0.1"), ("other", "10.78.0.2")) as both:
        yield both


class Announced:
    """A responder on a machine; `names`: those that it got."""

    def __init__(self, machine: Machine) -> None:
        self.names: queue.SimpleQueue[str] = queue.SimpleQueue()
        # Its thread belongs to the machine of the thread that starts it.
        self.responder = machine.do(
            lambda: Responder(8080, lambda: [machine.address], self.names.put)
        )


def found(machine: Machine, name: str) -> str:
    """The address by that name, on a machine."""
    return machine.do(lambda: resolved(name, machine.address))


def test_the_second_takes_the_next_name_and_each_is_found(
    machines: tuple[Machine, Machine],
) -> None:
    first, second = machines
    one = Announced(first)
    assert one.names.get(timeout=WAIT_S) == "assistant.local"
    assert found(second, "assistant.local") == first.address
    two = Announced(second)
    assert two.names.get(timeout=WAIT_S) == "assistant-2.local"
    assert found(first, "assistant-2.local") == second.address
    assert found(second, "assistant.local") == first.address
    one.responder.close()
    three = Announced(first)
    assert three.names.get(timeout=WAIT_S) == "assistant.local"
    two.responder.close()
    three.responder.close()
    assert one.names.empty()
    assert two.names.empty()
