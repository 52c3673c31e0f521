"""Puts the assistant together from settings and parts: the one place that builds objects."""

from app.assembly.announcing import announced
from app.assembly.claim import Holder, holder
from app.assembly.confining import confine
from app.assembly.engines import engine, variant
from app.assembly.files import model_name, model_of
from app.assembly.library import Kept, folder_of, kept
from app.assembly.manner import manner_of
from app.assembly.serving import Assistant, assistant
from app.assembly.trying import Tried, tried

__all__ = [
    "Assistant",
    "Holder",
    "Kept",
    "Tried",
    "announced",
    "assistant",
    "confine",
    "engine",
    "folder_of",
    "holder",
    "kept",
    "manner_of",
    "model_name",
    "model_of",
    "tried",
    "variant",
]
