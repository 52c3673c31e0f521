"""Puts the assistant together from settings and parts: the one place that builds objects."""

from app.assembly.engines import engine, variant
from app.assembly.files import model_name, model_of
from app.assembly.serving import Assistant, assistant

__all__ = ["Assistant", "assistant", "engine", "model_name", "model_of", "variant"]
