"""A child that reads pictures: their bytes are the text, but for some words that it obeys."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any


def answer(said: str) -> dict[str, Any]:
    if said == "crash":
        os._exit(1)
    if said == "hang":
        time.sleep(600)
    if said.startswith("refuse "):
        return {"refused": said.removeprefix("refuse ")}
    if said == "fail":
        return {"failed": "Bug"}
    box = [[0, 0], [9.5, 0], [9.5, 4], [0, 4]]
    text = f"{os.getpid()}" if said.startswith("who") else said
    return {
        **{"width": 10, "height": 5, "text": text},
        "lines": [{"text": text, "box": box, "confidence": 0.9}] if text else [],
    }


def say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


say({"ready": True})
while head := sys.stdin.buffer.readline():
    say(answer(sys.stdin.buffer.read(int(head)).decode().strip()))
