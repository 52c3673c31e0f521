"""The virtual environment of the build, with exactly what the locks name."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import sys
import sysconfig
from pathlib import Path

import places
import stamps
from app.language import Text
from commands import run
from console import working
from failures import BuildFailed

LOCKED = ("build", "runtime", "documents", "speech", "security")
"""What a build installs; the tests add "test"."""

_NO_VENV = Text(
    "This Python cannot make virtual environments: install the missing part "
    "(on Debian and Ubuntu: apt install python3-venv) and run this again.",
    "当前 Python 无法创建虚拟环境：请安装缺少的组件"
    "（Debian 和 Ubuntu：apt install python3-venv）后重新运行。",
)
_NO_SHARED_PYTHON = Text(
    "This Python comes without its shared library ({library}), which the built file needs: "
    "install it (on Debian and Ubuntu: apt install libpython{version}; with pyenv: "
    "PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install) and run this again.",
    "当前 Python 缺少构建所需的共享库（{library}）：请安装它（Debian 和 Ubuntu："
    "apt install libpython{version}；pyenv：PYTHON_CONFIGURE_OPTS=--enable-shared "
    "pyenv install）后重新运行。",
)
_NO_LZMA = Text(
    "This Python was built without xz compression: install another Python "
    "(or liblzma's headers, and build this one again) and run this again.",
    "当前 Python 不支持 xz 压缩：请改用其他 Python（或安装 liblzma 头文件后重新编译）再运行。",
)
_NOT_INSTALLED = Text(
    "The Python packages of packaging/locks could not be installed.",
    "无法安装 packaging/locks 中的 Python 软件包。",
)


def python() -> Path:
    """The environment's interpreter."""
    return _scripts() / ("python.exe" if os.name == "nt" else "python")


def script(name: str) -> Path:
    """A program that a package put into the environment."""
    return _scripts() / (f"{name}.exe" if os.name == "nt" else name)


def search_path() -> dict[str, str]:
    """Variables with which tools find the environment's programs first."""
    return {"PATH": os.pathsep.join([str(_scripts()), os.environ.get("PATH", os.defpath)])}


def packages() -> Path:
    """The folder that packages are installed in."""
    if os.name == "nt":
        return places.ENVIRONMENT / "Lib" / "site-packages"
    version = "python{}.{}".format(*sys.version_info)
    return places.ENVIRONMENT / "lib" / version / "site-packages"


def prepare(locks: tuple[str, ...] = LOCKED) -> None:
    """Make the environment and install the locks' packages, where that is not done yet.

    Raises: BuildFailed.
    """
    _check_python()
    made_by = stamps.digest(sys.version, sys.base_prefix)
    if not stamps.fresh("environment", made_by, [python()]):
        _make()
        stamps.remember("environment", made_by)
    for lock in locks:
        _install(lock, made_by)


def _check_python() -> None:
    if any(importlib.util.find_spec(name) is None for name in ("venv", "ensurepip")):
        raise BuildFailed(_NO_VENV)
    if importlib.util.find_spec("_lzma") is None:
        raise BuildFailed(_NO_LZMA)
    library = sysconfig.get_config_var("INSTSONAME")
    if sys.platform == "linux" and not _shared_library_exists(library):
        version = "{}.{}".format(*sys.version_info)
        raise BuildFailed(_NO_SHARED_PYTHON.filled(library=library, version=version))


def _shared_library_exists(library: str) -> bool:
    if not library.endswith(".a"):
        folder = Path(sysconfig.get_config_var("LIBDIR") or "/")
        return (folder / library).exists() or _loads(library)
    # A static interpreter, as Debian's is, may have its shared library beside it.
    return _loads("libpython{}.{}.so.1.0".format(*sys.version_info))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _make() -> None:
    shutil.rmtree(places.ENVIRONMENT, ignore_errors=True)
    # By its own process: what fails inside (ensurepip) is then told by its exit status alone.
    base = getattr(sys, "_base_executable", sys.executable)
    with working(Text("Making the virtual environment .venv", "正在创建虚拟环境 .venv")):
        run([base, "-m", "venv", places.ENVIRONMENT], "environment", _NO_VENV)


def _install(lock: str, made_by: str) -> None:
    file = places.LOCKS / f"{lock}.txt"
    inputs = stamps.digest(file, made_by)
    if stamps.fresh(f"installed-{lock}", inputs, [python()]):
        return
    with working(Text(f"Installing locks/{lock}.txt", f"正在安装 locks/{lock}.txt")):
        # Not compiled: most of it is never imported, and what is compiles itself.
        exactly = ["--require-hashes", "--no-deps", "--no-compile"]
        pip("install", *exactly, "-r", str(file), log=f"install-{lock}")
    stamps.remember(f"installed-{lock}", inputs)


def pip(*words: str, log: str, failure: Text = _NOT_INSTALLED, **options: object) -> str:
    """Run the environment's pip. `options` are those of `commands.run`."""
    quiet = ["--disable-pip-version-check", "--no-input"]
    command = [python(), "-m", "pip", words[0], *quiet, *words[1:]]
    return run(command, log, failure, **options)  # type: ignore[arg-type]


def _scripts() -> Path:
    return places.ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
