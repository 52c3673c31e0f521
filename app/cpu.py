"""What this processor can do, asked of the processor itself; standard library only.

Under an emulator or a container /proc/cpuinfo may describe another machine, so on x86-64 the
CPUID instruction is executed. Features carry the names that Linux gives them in /proc/cpuinfo.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import struct
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from app.language import Text

TOO_OLD = 3  # our exit status where the processor lacks what the program needs

Registers = tuple[int, int, int, int]
Cpuid = Callable[[int, int], Registers]  # (leaf, subleaf) -> eax, ebx, ecx, edx
Xgetbv = Callable[[], int]  # the register states that the operating system saves (XCR0)

# Source: Intel 64 and IA-32 SDM, volume 2A, "CPUID". (leaf, subleaf, register, bit)
_X86_BITS = {
    "sse2": (1, 0, 3, 26),
    "pni": (1, 0, 2, 0),
    "ssse3": (1, 0, 2, 9),
    "fma": (1, 0, 2, 12),
    "sse4_1": (1, 0, 2, 19),
    "sse4_2": (1, 0, 2, 20),
    "popcnt": (1, 0, 2, 23),
    "avx": (1, 0, 2, 28),
    "f16c": (1, 0, 2, 29),
    "bmi1": (7, 0, 1, 3),
    "avx2": (7, 0, 1, 5),
    "bmi2": (7, 0, 1, 8),
    "avx512f": (7, 0, 1, 16),
    "avx512dq": (7, 0, 1, 17),
    "avx512cd": (7, 0, 1, 28),
    "avx512bw": (7, 0, 1, 30),
    "avx512vl": (7, 0, 1, 31),
    "avx512vbmi": (7, 0, 2, 1),
    "avx512_vnni": (7, 0, 2, 11),
    "amx_bf16": (7, 0, 3, 22),
    "amx_tile": (7, 0, 3, 24),
    "amx_int8": (7, 0, 3, 25),
    "avx_vnni": (7, 1, 0, 4),
    "avx512_bf16": (7, 1, 0, 5),
}
_OSXSAVE = (1, 0, 2, 27)
_BRAND_LEAVES = (0x8000_0002, 0x8000_0003, 0x8000_0004)

# Register states the operating system must save. Source: the same, volume 1, 13.1.
_AVX_STATE = 0b110
_AVX512_STATE = 0b1110_0000 | _AVX_STATE
_AMX_STATE = 0b11 << 17

_ARM_FEATURES_OF_MACOS = {
    "asimd": "hw.optional.AdvSIMD",
    "asimddp": "hw.optional.arm.FEAT_DotProd",
    "asimdhp": "hw.optional.arm.FEAT_FP16",
    "i8mm": "hw.optional.arm.FEAT_I8MM",
    "sme": "hw.optional.arm.FEAT_SME",
}


def check() -> None:
    """Ends the process with status 3 and a plain message where the processor is too old."""
    known = features()
    missing = required(machine()) - known
    if known and missing:
        message = too_old(missing, processor_name())
        print(message.en, message.zh, sep="\n\n", file=sys.stderr)
        sys.exit(TOO_OLD)


def required(machine_name: str) -> frozenset[str]:
    """The features without which nothing works on this family of processors."""
    if machine_name == "x86_64":
        return frozenset({"ssse3"})
    if machine_name.startswith("armv"):  # 32-bit; a 64-bit one is ARMv8-A by definition
        return frozenset({"asimd"})
    return frozenset()


def too_old(missing: Iterable[str], processor: str) -> Text:
    """What a person reads on a processor that cannot run the program."""
    if "asimd" in missing:
        needs = Text(
            "a 64-bit ARM processor (ARMv8-A, for example a Raspberry Pi 3 or later) with a "
            "64-bit operating system",
            "64 位 ARM 处理器（ARMv8-A，例如树莓派 3 或更新型号）以及 64 位操作系统",
        )
    else:
        needs = Text(
            "an Intel processor from 2006 on (Core 2 or later, any Atom) or an AMD processor "
            "from 2011 on (Bobcat, Bulldozer, Ryzen or later)",
            "2006 年及以后的英特尔处理器（酷睿 2 或更新型号、各代凌动），或 2011 年及以后的 "
            "AMD 处理器（Bobcat、推土机、锐龙或更新型号）",
        )
    return Text(
        "This processor ({processor}) is too old for the assistant: it lacks the instructions "
        "{missing}. The assistant needs {needs_en}.",
        "这台电脑的处理器（{processor}）太旧，无法运行本助手：它缺少指令集 {missing}。"
        "本助手需要 {needs_zh}。",
    ).filled(
        processor=processor,
        missing=", ".join(sorted(missing)).upper(),
        needs_en=needs.en,
        needs_zh=needs.zh,
    )


def machine() -> str:
    """The processor family of this process: x86_64, aarch64, arm64, …"""
    if sys.platform == "win32":
        name = os.environ.get("PROCESSOR_ARCHITECTURE", "AMD64").lower()
        return "x86_64" if name == "amd64" else name
    return os.uname().machine


@cache
def features() -> frozenset[str]:
    """What the processor offers and the operating system lets be used, by Linux's names."""
    if machine() == "x86_64" and (asked := _instructions()):
        return x86_features(*asked)
    if sys.platform == "darwin":
        return frozenset(name for name, key in _ARM_FEATURES_OF_MACOS.items() if _sysctl(key))
    return cpuinfo_features(_read("/proc/cpuinfo"))


@cache
def processor_name() -> str:
    """The name its maker gave the processor, or the family where it has none."""
    name = ""
    if machine() == "x86_64" and (asked := _instructions()):
        name = x86_name(asked[0])
    elif sys.platform == "darwin":
        name = (_sysctl("machdep.cpu.brand_string") or b"").decode(errors="replace")
    else:
        name = cpuinfo_name(_read("/proc/cpuinfo")) or _read("/proc/device-tree/model")
    return name.strip("\0 ") or machine()


def x86_features(cpuid: Cpuid, xgetbv: Xgetbv) -> frozenset[str]:
    """The features by CPUID, less those whose registers the operating system does not save."""
    saved = xgetbv() if _has(cpuid, _OSXSAVE) else 0
    return frozenset(
        name
        for name, place in _X86_BITS.items()
        if _has(cpuid, place) and _states(name) & ~saved == 0
    )


def x86_name(cpuid: Cpuid) -> str:
    """The brand string, or the vendor where there is none (before 2000)."""
    if cpuid(0x8000_0000, 0)[0] >= _BRAND_LEAVES[-1]:
        registers = [register for leaf in _BRAND_LEAVES for register in cpuid(leaf, 0)]
        brand = struct.pack("<12I", *registers).split(b"\0")[0].decode(errors="replace")
        if brand.strip():
            return " ".join(brand.split())
    _, ebx, ecx, edx = cpuid(0, 0)
    return struct.pack("<3I", ebx, edx, ecx).decode(errors="replace")


def cpuinfo_features(cpuinfo: str) -> frozenset[str]:
    """The features of the first processor in /proc/cpuinfo (x86: flags, ARM: Features)."""
    return frozenset((_entry(cpuinfo, "flags") or _entry(cpuinfo, "Features")).split())


def cpuinfo_name(cpuinfo: str) -> str:
    """The processor's name in /proc/cpuinfo; ARM kernels often give none."""
    return _entry(cpuinfo, "model name") or _entry(cpuinfo, "Hardware")


def _entry(cpuinfo: str, key: str) -> str:
    for line in cpuinfo.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return ""


def _has(cpuid: Cpuid, place: tuple[int, int, int, int]) -> bool:
    leaf, subleaf, register, bit = place
    # A leaf past the last answers with the last one's registers, which mean something else.
    if leaf > cpuid(0, 0)[0] or subleaf > (cpuid(leaf, 0)[0] if subleaf else 0):
        return False
    return bool(cpuid(leaf, subleaf)[register] >> bit & 1)


def _states(feature: str) -> int:
    if feature.startswith("amx"):
        return _AMX_STATE
    if feature.startswith("avx512"):
        return _AVX512_STATE
    return _AVX_STATE if feature.startswith(("avx", "fma", "f16c")) else 0


# push rbx; eax = leaf; ecx = subleaf; r8 = out; cpuid; store eax, ebx, ecx, edx; pop rbx; ret
# System V passes them in edi, esi, rdx; Windows in ecx, edx, r8.
_CPUID = bytes.fromhex(
    ("53 89c8 89d1 " if sys.platform == "win32" else "53 89f8 89f1 4989d0 ")
    + "0fa2 418900 41895804 41894808 4189500c 5b c3"
)
# ecx = 0; xgetbv; rax = edx:eax; ret
_XGETBV = bytes.fromhex("31c9 0f01d0 48c1e220 4809d0 c3")


@cache
def _instructions() -> tuple[Cpuid, Xgetbv] | None:
    """CPUID and XGETBV as functions; None where no memory may be made executable."""
    try:
        start = _executable(_CPUID + _XGETBV)
    except OSError:
        return None
    native_cpuid = ctypes.CFUNCTYPE(None, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p)(start)
    native_xgetbv = ctypes.CFUNCTYPE(ctypes.c_uint64)(start + len(_CPUID))

    def cpuid(leaf: int, subleaf: int) -> Registers:
        out = (ctypes.c_uint32 * 4)()
        native_cpuid(leaf, subleaf, ctypes.addressof(out))
        return out[0], out[1], out[2], out[3]

    return cpuid, lambda: int(native_xgetbv())


def _executable(code: bytes) -> int:
    """The address of `code` in a page of its own: written first, then executable, never both.

    Raises: OSError where the system forbids it (SELinux, a hardened runtime).
    """
    if sys.platform == "win32":
        return _executable_on_windows(code)
    page = mmap.mmap(-1, mmap.PAGESIZE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    page.write(code)
    window = ctypes.c_char.from_buffer(page)
    _PAGES.append(window)
    address = ctypes.addressof(window)
    mprotect = ctypes.CDLL(None, use_errno=True).mprotect
    mprotect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    if mprotect(address, mmap.PAGESIZE, mmap.PROT_READ | mmap.PROT_EXEC):
        raise OSError(ctypes.get_errno(), "mprotect")
    return address


_PAGES: list[ctypes.c_char] = []  # each holds its page for as long as the process lives


if sys.platform == "win32":

    def _executable_on_windows(code: bytes) -> int:
        commit, read_write, execute_read = 0x3000, 0x04, 0x20
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        pointer, size, flags = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_uint32
        kernel.VirtualAlloc.restype = pointer
        kernel.VirtualAlloc.argtypes = (pointer, size, flags, flags)
        kernel.VirtualProtect.argtypes = (pointer, size, flags, pointer)
        address = kernel.VirtualAlloc(None, len(code), commit, read_write)
        if not address:
            raise ctypes.WinError(ctypes.get_last_error())
        ctypes.memmove(address, code, len(code))
        before = flags()
        if not kernel.VirtualProtect(address, len(code), execute_read, ctypes.byref(before)):
            raise ctypes.WinError(ctypes.get_last_error())
        return int(address)


def _sysctl(name: str) -> bytes | None:
    """A value of macOS's sysctl; None where there is none or a flag is 0."""
    library = ctypes.CDLL(None)
    size = ctypes.c_size_t(256)
    value = ctypes.create_string_buffer(size.value)
    if library.sysctlbyname(name.encode(), value, ctypes.byref(size), None, ctypes.c_size_t(0)):
        return None
    found = value.raw[: size.value]
    return found if any(found) else None


def _read(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""
