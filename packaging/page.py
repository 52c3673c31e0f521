"""Builds the page with Node out of a package, and packs it for the one file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import environment
import places
import stamps
from app.language import Text
from commands import run
from console import working

WEB = places.ROOT / "web"
DIST = WEB / "dist"
ARCHIVE = places.BUILD / "page.zip"

_NOT_INSTALLED = Text(
    "The page's packages of web/package-lock.json could not be installed.",
    "无法安装 web/package-lock.json 中的网页软件包。",
)
_NOT_BUILT = Text("The page could not be built.", "无法构建网页。")


def built() -> Path:
    """The built page as an uncompressed zip, built anew where its source has changed.

    Raises: BuildFailed.
    """
    install()
    sources = [path for path in WEB.iterdir() if path.name not in ("dist", "node_modules", "tests")]
    inputs = stamps.digest(*sorted(sources), Path(__file__))
    if not stamps.fresh("page", inputs, [ARCHIVE, DIST / "index.html"]):
        with working(Text("Building the page", "正在构建网页")):
            npm("run", "build", log="page", failure=_NOT_BUILT)
            _pack()
        stamps.remember("page", inputs)
    return ARCHIVE


def install() -> None:
    """Install the lock's packages, where that is not done yet.

    Raises: BuildFailed.
    """
    inputs = stamps.digest(WEB / "package.json", WEB / "package-lock.json")
    if not stamps.fresh("page-packages", inputs, [WEB / "node_modules"]):
        with working(Text("Installing web/package-lock.json", "正在安装 web/package-lock.json")):
            npm("ci", log="page-packages", failure=_NOT_INSTALLED)
        stamps.remember("page-packages", inputs)


def npm(*words: str, log: str, failure: Text) -> str:
    """Run npm in web/.

    Raises: BuildFailed.
    """
    # Node trusts its own list of authorities alone, and a company's proxy is on the system's.
    variables = {**environment.search_path(), "NODE_USE_SYSTEM_CA": "1"}
    command: list[str | Path] = [environment.script("npm"), *words]
    return run(command, log, failure, environment=variables, folder=WEB)


def _pack() -> None:
    partial = ARCHIVE.with_suffix(".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(path for path in DIST.rglob("*") if path.is_file()):
            if path.with_name(f"{path.name}.gz").is_file():
                continue  # almost nobody takes it unpacked, and who does gets it out of that
            # A fixed time: the same in, the same out.
            info = zipfile.ZipInfo(path.relative_to(DIST).as_posix())
            archive.writestr(info, path.read_bytes())
    partial.replace(ARCHIVE)
