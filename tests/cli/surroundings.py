"""What a verb finds around it in a test: a screen, settings, parts."""

from __future__ import annotations

import io
from pathlib import Path

from app.bundle.page import PageFiles
from app.bundle.parts import Parts
from app.settings import OPTIONS, Settings, Surroundings, of_arguments, read_settings


class Screen(io.StringIO):
    """What a terminal shows; `watched`: a person looks at it."""

    watched = False

    def isatty(self) -> bool:
        return self.watched


def settings_of(home: Path, *arguments: str) -> Settings:
    """Settings as this command line gives them."""
    around = Surroundings(home / "assistant", (), {"HOME": str(home), "LANG": "en_US.UTF-8"})
    return read_settings(of_arguments(arguments, OPTIONS).given, around)


def parts_of(libraries: Path) -> Parts:
    """Parts without a model and a page."""
    return Parts(None, "", libraries, PageFiles.none(), (), "test", ())
