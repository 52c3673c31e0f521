"""Stands in for the child that recognizes: what is loud is speech, and it says what it was asked.

"crash" as a prompt ends it, "fail" makes it report a failure.
"""

from __future__ import annotations

import array
import json
import sys


def main() -> None:
    requests, answers = sys.stdin.buffer, sys.stdout
    print(json.dumps({"multilingual": True}), flush=True)
    while line := requests.readline():
        head = json.loads(requests.read(int(line)))
        samples = array.array("h", requests.read(2 * head["samples"]))
        print(json.dumps(answer(head, samples)), file=answers, flush=True)


def answer(head: dict[str, object], samples: array.array[int]) -> dict[str, object]:
    if head["do"] == "voice":
        frames = range(0, len(samples), 512)
        return {"likelihoods": [float(max(samples[at : at + 512]) > 1000) for at in frames]}
    if head["prompt"] == "crash":
        sys.exit(1)
    if head["prompt"] == "fail":
        return {"failure": "no"}
    seconds = len(samples) / 16_000
    text = f" {head['task']} {head['language']} {seconds:.1f}"
    word = {"text": text, "start": 0.0, "end": seconds, "probability": 0.5}
    segment = {
        "text": text,
        "start": 0.0,
        "end": seconds,
        "tokens": [1, 2],
        "probability": 0.5,
        "words": [word] if head["words"] else [],
    }
    return {"language": head["language"] or "en", "segments": [segment]}


if __name__ == "__main__":
    main()
