"""What one start is set to, from the command line, the environment and config.toml."""

from app.settings.folders import is_writable
from app.settings.options import GROUPS, OPTIONS, Option
from app.settings.settings import CONFIG, Settings, Surroundings, language_of, read_settings
from app.settings.sources import CommandLine, Given, Rank, of_arguments, unknown

__all__ = [
    "CONFIG",
    "GROUPS",
    "OPTIONS",
    "CommandLine",
    "Given",
    "Option",
    "Rank",
    "Settings",
    "Surroundings",
    "is_writable",
    "language_of",
    "of_arguments",
    "read_settings",
    "unknown",
]
