"""Every setting, in one table: the parser, the environment, config.toml and --help follow it."""

from app.settings.options.answers import ANSWER_OPTIONS
from app.settings.options.documents import DOCUMENT_OPTIONS
from app.settings.options.memory import MEMORY_OPTIONS
from app.settings.options.model import MODEL_OPTIONS
from app.settings.options.network import NETWORK_OPTIONS
from app.settings.options.option import FILE, FOLDER, GROUPS, Option
from app.settings.options.pictures import PICTURE_OPTIONS
from app.settings.options.program import PROGRAM_OPTIONS
from app.settings.options.sampling import SAMPLING_OPTIONS
from app.settings.options.speech import SPEECH_OPTIONS

OPTIONS = (
    *MODEL_OPTIONS,
    *MEMORY_OPTIONS,
    *ANSWER_OPTIONS,
    *SAMPLING_OPTIONS,
    *NETWORK_OPTIONS,
    *DOCUMENT_OPTIONS,
    *PICTURE_OPTIONS,
    *SPEECH_OPTIONS,
    *PROGRAM_OPTIONS,
)

__all__ = ["FILE", "FOLDER", "GROUPS", "OPTIONS", "Option"]
