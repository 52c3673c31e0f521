"""A child that reads pictures: their bytes are the text, but for some words that it obeys.

It shows them as one pixel for every three bytes.
"""

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


def say(told: dict[str, Any], pixels: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + pixels)
    sys.stdout.flush()


say({"ready": True})
while head := sys.stdin.buffer.readline():
    word, length = head.split()
    sent = sys.stdin.buffer.read(int(length))
    told = answer(sent.decode().strip())
    if word == b"show" and "text" in told:
        pixels = sent.ljust(-(-len(sent) // 3) * 3)
        say({"width": len(pixels) // 3, "height": 1, "pixels": len(pixels)}, pixels)
    else:
        say(told)
