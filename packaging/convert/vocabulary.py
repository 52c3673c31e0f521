"""Reads the words of a byte-level tokenizer out of Hugging Face's tokenizer.json."""

from __future__ import annotations

import json
from pathlib import Path

from app.errors import BadFile
from app.language import Text

__all__ = ["tokens"]


def tokens(path: Path) -> list[bytes]:
    """Every ordinary token's bytes, by its number; special tokens are left out.

    Raises: BadFile.
    """
    try:
        content = json.loads(path.read_bytes())
        numbers: dict[str, int] = content["model"]["vocab"]
        special = {token["content"] for token in content["added_tokens"]}
        ordinary = {number: word for word, number in numbers.items() if word not in special}
        letters = _bytes_of_letters()
        return [
            bytes(letters[letter] for letter in ordinary[number]) for number in range(len(ordinary))
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise BadFile(
            Text(
                "{name} is not a byte-level tokenizer.json, or is damaged ({error}). "
                "Fetch it again.",
                "{name} 不是字节级 tokenizer.json，或已损坏（{error}）。请重新获取。",
            ).filled(name=path.name, error=error)
        ) from error


def _bytes_of_letters() -> dict[str, int]:
    """The letters that stand for bytes: printable Latin-1 for itself, the rest from U+0100 on.

    Source: openai/gpt-2 src/encoder.py, bytes_to_unicode.
    """
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(0x100) if byte not in printable]
    letters = {chr(byte): byte for byte in printable}
    return letters | {chr(0x100 + position): byte for position, byte in enumerate(others)}
