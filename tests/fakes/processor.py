"""Processors by what they answer to CPUID and XGETBV."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from app.cpu import Registers

_NOTHING = (0, 0, 0, 0)
AVX_SAVED, AVX512_SAVED, AMX_SAVED = 0x7, 0xE7, 0x602E7


@dataclass(frozen=True)
class Processor:
    """`saved`: the register states that the operating system saves (XCR0)."""

    brand: str
    last_leaf: int
    leaf_1_ecx: int
    leaf_7: Registers = _NOTHING
    leaf_7_1_eax: int = 0
    saved: int = 0
    vendor: bytes = b"GenuineIntel"
    past_the_last: Registers = _NOTHING  # what a leaf that does not exist is answered with

    def cpuid(self, leaf: int, subleaf: int) -> Registers:
        if leaf >= 0x8000_0000:
            return self._brand(leaf)
        if leaf > self.last_leaf or subleaf > (self.leaf_7[0] if leaf == 7 else 0):
            return self.past_the_last
        ebx, edx, ecx = struct.unpack("<3I", self.vendor)
        return {
            (0, 0): (self.last_leaf, ebx, ecx, edx),
            (1, 0): (0, 0, self.leaf_1_ecx, 0x078BFBFF),
            (7, 0): self.leaf_7,
            (7, 1): (self.leaf_7_1_eax, 0, 0, 0),
        }.get((leaf, subleaf), _NOTHING)

    def xgetbv(self) -> int:
        assert self.leaf_1_ecx >> 27 & 1, "an illegal instruction where OSXSAVE is not set"
        return self.saved

    def _brand(self, leaf: int) -> Registers:
        if not self.brand or leaf > 0x8000_0004:
            return _NOTHING
        if leaf == 0x8000_0000:
            return (0x8000_0008, 0, 0, 0)
        at = (leaf - 0x8000_0002) * 16
        eax, ebx, ecx, edx = struct.unpack(
            "<4I", self.brand.encode().ljust(48, b"\0")[at : at + 16]
        )
        return eax, ebx, ecx, edx


K8 = Processor(
    "AMD Opteron(tm) Processor 240",
    last_leaf=1,
    leaf_1_ecx=0,
    vendor=b"AuthenticAMD",
    past_the_last=(0xFFFF_FFFF,) * 4,
)
CONROE = Processor("Intel(R) Core(TM)2 CPU 6600", last_leaf=10, leaf_1_ecx=0x0000_E3BD)
NEHALEM = Processor("Intel(R) Core(TM) i7 CPU 920", last_leaf=11, leaf_1_ecx=0x0098_E3BD)
SANDY_BRIDGE = Processor(
    "Intel(R) Core(TM) i7-2600K CPU @ 3.40GHz",
    last_leaf=13,
    leaf_1_ecx=0x1F9A_E3BF,
    saved=AVX_SAVED,
)
HASWELL = Processor(
    "Intel(R) Core(TM) i7-4770 CPU @ 3.40GHz",
    last_leaf=13,
    leaf_1_ecx=0x7FFA_FBFF,
    leaf_7=(0, 0x27AB, 0, 0),
    saved=AVX_SAVED,
    past_the_last=(0xFFFF_FFFF,) * 4,
)
ZEN4 = Processor(
    "AMD EPYC 9354 32-Core Processor",
    last_leaf=28,
    leaf_1_ecx=0x7EFA_320B,
    leaf_7=(1, 0xF1BF_07AB, 0x0040_5FC6, 0x10),
    leaf_7_1_eax=0x20,
    saved=AVX512_SAVED,
    vendor=b"AuthenticAMD",
)
SAPPHIRE_RAPIDS = Processor(
    "Intel(R) Xeon(R) Platinum 8480+",
    last_leaf=32,
    leaf_1_ecx=0x7FFE_FBFF,
    leaf_7=(2, 0xF3BF_BFEF, 0xFB41_7FFE, 0xFFDD_4432),
    leaf_7_1_eax=0x1C30,
    saved=AMX_SAVED,
)
