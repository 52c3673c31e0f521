#!/usr/bin/env python3
"""Stands before the server under test: names one local model instead of one to download."""

from __future__ import annotations

import os
import sys

DOWNLOADED = ("--hf-repo", "--hf-file", "--model-url")


def localized(arguments: list[str], model: str) -> list[str]:
    """The same arguments, with this model for each that would be downloaded."""
    kept, given, swapped = [], iter(arguments), False
    for argument in given:
        if argument in DOWNLOADED:
            next(given)
            swapped = True
        elif argument != "--offline":
            kept.append(argument)
    return [*kept, "--model", model] if swapped and "--model" not in kept else kept


if __name__ == "__main__":
    server = os.environ["CONFORMANCE_SERVER"]
    flags = os.environ["CONFORMANCE_FLAGS"].split()
    model = os.environ["CONFORMANCE_MODEL"]
    os.execv(server, [server, *flags, *localized(sys.argv[1:], model)])
