"""Opens llama.cpp's shared libraries; through here alone the package `llama_cpp` is imported."""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import logging
import os
import re
import sys
import typing
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from app.bundle.own_file import kept
from app.bundle.slice import Slice
from app.errors import BadFile
from app.language import Text

log = logging.getLogger("llama.cpp")
log.addHandler(logging.NullHandler())  # quiet unless someone asks for it

MISSING = Text(
    "The engine's libraries in {folder} cannot be loaded: {reason}",
    "无法加载 {folder} 中的引擎库：{reason}",
)
UNREADABLE = Text("{path} cannot be opened: {reason}", "无法打开 {path}：{reason}")

LEVELS = {1: logging.DEBUG, 2: logging.INFO, 3: logging.WARNING, 4: logging.ERROR}  # ggml_log_level
CONTINUED = 5
PREFIX = re.compile(r"^(\w+: )?(error loading model: )?")  # names of functions help nobody
GPU_KINDS = (1, 2)  # GGML_BACKEND_DEVICE_TYPE_GPU, _IGPU


class NativeLog:
    """llama.cpp's log as Python's; keeps an error for our own messages."""

    def __init__(self) -> None:
        self._error = ""
        self._level = logging.INFO

    def __call__(self, level: int, text: bytes, _data: object) -> None:
        """What llama.cpp calls for each line, or part of one."""
        if level != CONTINUED:
            self._level = LEVELS.get(level, logging.INFO)
        if self._level < logging.ERROR and not log.isEnabledFor(self._level):
            return  # a load writes two thousand lines
        line = text.decode("utf-8", "replace").strip()
        if line.strip("."):
            log.log(self._level, "%s", line)
            if self._level >= logging.ERROR and not self._error:
                self._error = line

    def take_error(self) -> str:
        """The first error since this was last called: later ones only pass it on."""
        error, self._error = self._error, ""
        return PREFIX.sub("", error)


class Native:
    """llama.cpp's C interface (`.lib`), with the backends that compute.

    Raises: BadFile where the libraries are missing or do not load.
    """

    def __init__(self, libraries: Path, cpu_library: Path) -> None:
        try:
            self.lib: Any = _llama_cpp(libraries)
        except (OSError, RuntimeError, ImportError) as error:
            raise BadFile(MISSING.filled(folder=libraries, reason=error)) from error
        self._holding = ctypes.PyDLL(None, handle=self.lib._lib._handle)
        self._libraries = libraries
        self.log = _native_log(self.lib)
        self._ggml = _ggml_handles(self.lib, libraries)
        for path in (cpu_library, *_other_backends(libraries)):
            self._load_backend(path, needed=path == cpu_library)
        self.lib.llama_backend_init()

    @cached_property
    def mtmd(self) -> Any:
        """The C interface for pictures. Raises: BadFile."""
        try:
            mtmd = _mtmd_cpp(self._libraries)
        except (OSError, RuntimeError, ImportError) as error:
            raise BadFile(MISSING.filled(folder=self._libraries, reason=error)) from error
        callback = self.lib.llama_log_callback(self.log)
        _kept.append(callback)
        mtmd.mtmd_helper_log_set(callback, None)
        return mtmd

    def devices(self) -> list[tuple[str, bool]]:
        """What can compute: each device's description, and whether it is a GPU."""
        count = self._function("ggml_backend_dev_count", ctypes.c_size_t)()
        get = self._function("ggml_backend_dev_get", ctypes.c_void_p, ctypes.c_size_t)
        kind = self._function("ggml_backend_dev_type", ctypes.c_int, ctypes.c_void_p)
        words = self._function("ggml_backend_dev_description", ctypes.c_char_p, ctypes.c_void_p)
        found = [get(index) for index in range(count)]
        return [(words(each).decode("utf-8", "replace"), kind(each) in GPU_KINDS) for each in found]

    def holding_gil(self, name: str) -> Any:
        """A function of llama.cpp that is so short that giving up Python's lock costs more."""
        wrapped = getattr(self.lib, name)
        function = getattr(self._holding, name)
        function.argtypes, function.restype = wrapped.argtypes, wrapped.restype
        return function

    def _load_backend(self, path: Path, needed: bool) -> None:
        load = self._function("ggml_backend_load", ctypes.c_void_p, ctypes.c_char_p)
        if not load(os.fsencode(path)) and needed:
            raise BadFile(MISSING.filled(folder=path, reason=self.log.take_error()))

    def _function(self, name: str, result: Any, *arguments: Any) -> Any:
        handle = next(each for each in self._ggml if hasattr(each, name))
        function = getattr(handle, name)
        function.restype, function.argtypes = result, arguments
        return function


@cache
def native(libraries: Path, cpu_library: Path) -> Native:
    """The libraries, opened once in a process."""
    return Native(libraries, cpu_library)


class CFile:
    """A C stream at the beginning of a slice: what llama.cpp maps a model from."""

    def __init__(self, slice_: Slice) -> None:
        self._c = ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None, use_errno=True)
        self.pointer = self._open(slice_.path)
        if not self.pointer:
            reason = os.strerror(ctypes.get_errno())
            raise BadFile(UNREADABLE.filled(path=slice_.path, reason=reason))
        seek = self._c._fseeki64 if sys.platform == "win32" else self._c.fseeko
        seek.argtypes = [ctypes.c_void_p, ctypes.c_int64, ctypes.c_int]
        seek(self.pointer, slice_.offset, os.SEEK_SET)

    def __enter__(self) -> CFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._c.fclose(ctypes.c_void_p(self.pointer))

    def _open(self, path: Path) -> int | None:
        if sys.platform == "win32":
            function, name, mode = self._c._wfopen, ctypes.c_wchar_p(str(path)), "rb"
            function.restype = ctypes.c_void_p
            return function(name, ctypes.c_wchar_p(mode))
        self._c.fopen.restype = ctypes.c_void_p
        pointer: int | None = self._c.fopen(os.fsencode(kept(path)), b"rb")
        return pointer


def tokens_of(lib: Any, vocabulary: Any, text: str, special: bool, begin: bool) -> tuple[int, ...]:
    """Text to token ids; `special`: control tokens in the text count as such."""
    data = text.encode("utf-8", "replace")
    room = len(data) + 8
    while True:
        tokens = (ctypes.c_int32 * room)()
        count = lib.llama_tokenize(vocabulary, data, len(data), tokens, room, begin, special)
        if count >= 0:
            return tuple(tokens[:count])
        room = -count


def piece_of(lib: Any, vocabulary: Any, token: int, special: bool) -> bytes:
    """The bytes of a token; `special`: of a control token, its name."""
    room = 64
    while True:
        words = ctypes.create_string_buffer(room)
        count = lib.llama_token_to_piece(vocabulary, token, words, room, 0, special)
        if count >= 0:
            return words.raw[:count]
        room = -count


_kept: list[object] = []  # what C calls must live as long as the process, whatever fails here


@cache
def _native_log(lib: Any) -> NativeLog:
    log = NativeLog()
    callback = lib.llama_log_callback(log)
    _kept.append(callback)
    lib.llama_log_set(callback, None)
    return log


def _llama_cpp(libraries: Path) -> ModuleType:
    """The ctypes layer alone: the package's `__init__` would import numpy and another engine."""
    os.environ["LLAMA_CPP_LIB_PATH"] = str(libraries)
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None:
        raise ImportError("llama_cpp is not installed")
    sys.modules["llama_cpp"] = importlib.util.module_from_spec(spec)
    # All that it takes from typing_extensions is in typing, too; the import costs 15 ms.
    stand_in = sys.modules.setdefault("typing_extensions", typing)
    try:
        return importlib.import_module("llama_cpp.llama_cpp")
    finally:
        if stand_in is typing:
            del sys.modules["typing_extensions"]


def _mtmd_cpp(libraries: Path) -> ModuleType:
    """libmtmd's ctypes layer; the library takes the ggml and llama.cpp that are open already."""
    os.environ["MTMD_CPP_LIB"] = str(libraries)
    return importlib.import_module("llama_cpp.mtmd_cpp")


def _ggml_handles(lib: Any, libraries: Path) -> list[ctypes.CDLL]:
    """Where ggml's functions are found.

    Elsewhere than on Windows through libllama's own handle alone: a second copy of ggml would
    take the backends, and libllama would never see them.
    """
    if sys.platform == "win32":
        return [lib._lib, *(ctypes.CDLL(str(path)) for path in libraries.glob("ggml*.dll"))]
    return [lib._lib]


def _other_backends(libraries: Path) -> list[Path]:
    """GPU and network backends that lie beside the libraries."""
    prefix = "" if sys.platform == "win32" else "lib"
    suffix = ".dll" if sys.platform == "win32" else ".so"
    found = sorted(libraries.glob(f"{prefix}ggml-*{suffix}"))
    names = (path.name.removeprefix(prefix) for path in found)
    return [
        path
        for path, name in zip(found, names, strict=True)
        if not name.startswith(("ggml-base", "ggml-cpu"))
    ]
