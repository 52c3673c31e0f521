from __future__ import annotations

import subprocess
import sys
import threading

from app.lasting import started

CHILD = """
from app.bundle import bootloader
bootloader.die_with_parent()
print("ready", flush=True)
print(input(), flush=True)
"""


def test_a_child_lasts_longer_than_the_thread_that_needed_it_first() -> None:
    found: list[subprocess.Popen[bytes]] = []
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}

    def need() -> None:
        child = started([sys.executable, "-c", CHILD], **pipes)
        assert child.stdout
        child.stdout.readline()
        found.append(child)

    thread = threading.Thread(target=need)
    thread.start()
    thread.join()
    with found[0] as child:
        assert child.communicate(b"still here\n", timeout=60)[0].strip() == b"still here"
    assert child.returncode == 0
