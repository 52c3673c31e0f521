"""PINs: kept stretched, and guessed slowly. Pure.

Source: RFC 8018, PBKDF2. Python's own needs OpenSSL's library, which few starts load.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

ROUNDS = 60_000
FREE_TRIES = 5
FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 3600.0


def stretched(pin: str) -> str:
    """What is kept of a PIN."""
    salt = secrets.token_bytes(16)
    return f"{ROUNDS}${salt.hex()}${_pbkdf2(pin, salt, ROUNDS).hex()}"


def matches(pin: str, kept: str) -> bool:
    """Whether it is the PIN of which this was kept."""
    rounds, salt, key = kept.split("$")
    found = _pbkdf2(pin, bytes.fromhex(salt), int(rounds))
    return hmac.compare_digest(found, bytes.fromhex(key))


def wait_s(failures: int) -> float:
    """How long nobody may try again after so many wrong ones in a row, in seconds."""
    if failures < FREE_TRIES:
        return 0.0
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(failures - FREE_TRIES, 16))


def _pbkdf2(pin: str, salt: bytes, rounds: int) -> bytes:
    keyed = hmac.new(pin.encode(), digestmod=hashlib.sha256)

    def step(data: bytes) -> bytes:
        each = keyed.copy()
        each.update(data)
        return each.digest()

    block = step(salt + b"\x00\x00\x00\x01")
    key = int.from_bytes(block, "big")
    for _ in range(rounds - 1):
        block = step(block)
        key ^= int.from_bytes(block, "big")
    return key.to_bytes(32, "big")
