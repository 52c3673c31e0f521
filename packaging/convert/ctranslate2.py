"""Reads models in CTranslate2's binary format.

Source: CTranslate2 src/models/model.cc, Model::load.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from math import prod
from pathlib import Path

from convert.binary import Cursor

__all__ = ["Model", "Variable"]

VERSION = 6
CODES = {0: "f", 1: "b", 2: "h", 3: "i", 4: "e"}
OTHER = "B"  # numbers that this module knows nothing of, as bytes


@dataclass(frozen=True, slots=True)
class Variable:
    """One named array. `code`: its numbers' type, as the `struct` module writes it.

    Shape: numpy's order, the outermost dimension first.
    """

    shape: tuple[int, ...]
    code: str
    data: memoryview

    def rows(self, part: int, parts: int) -> Variable:
        """One of several arrays of equal size that lie stacked in this one."""
        size = len(self.data) // parts
        shape = (self.shape[0] // parts, *self.shape[1:])
        return Variable(shape, self.code, self.data[part * size : (part + 1) * size])


class Model:
    """The variables of a model file.

    Raises: BadFile, also where a variable is asked for that the file lacks.
    """

    def __init__(self, path: Path) -> None:
        self._cursor = Cursor.over(path)
        version, *_ = self._cursor.unpack("I")
        self.require(version == VERSION, f"version {version} instead of {VERSION}")
        self.kind = self._name()
        self.revision, count = self._cursor.unpack("II")
        self._variables = dict(self._variable() for _ in range(count))
        (aliases,) = self._cursor.unpack("I")
        for _ in range(aliases):
            alias, name = self._name(), self._name()
            self._variables[alias] = self[name]

    def require(self, holds: bool, what: str) -> None:
        """Stops unless something that a sound file says holds."""
        self._cursor.require(holds, what)

    def __contains__(self, name: str) -> bool:
        return name in self._variables

    def __getitem__(self, name: str) -> Variable:
        self.require(name in self, f"{name} is missing")
        return self._variables[name]

    def weights(self, name: str, rank: int) -> Variable:
        """A variable of that many dimensions, of 16 or 32 bits a number."""
        variable = self[name]
        self.require(variable.code in "ef", f"{name} is quantized, or no weights at all")
        self.require(len(variable.shape) == rank, f"{name} has the shape {variable.shape}")
        return variable

    def number(self, name: str) -> int:
        """A variable that is one whole number."""
        variable = self[name]
        self.require(variable.code in "bhi", f"{name} is no whole number")
        return int.from_bytes(variable.data, "little", signed=True)

    def _name(self) -> str:
        (length,) = self._cursor.unpack("H")
        return bytes(self._cursor.take(length)).rstrip(b"\0").decode("ascii", "replace")

    def _variable(self) -> tuple[str, Variable]:
        name = self._name()
        (rank,) = self._cursor.unpack("B")
        *shape, kind, size = self._cursor.unpack(f"{rank}IBI")
        data = self._cursor.take(size)
        code = CODES.get(kind, OTHER)
        fits = code == OTHER or prod(shape) * struct.calcsize(code) == size
        self.require(fits, f"{name} has {size} bytes")
        return name, Variable(tuple(shape), code, data)
