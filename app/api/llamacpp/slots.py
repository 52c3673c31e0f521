"""GET /slots, and POST /slots/ID: what each sequence holds, to a file, from one, or forgotten."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, Response, request

from app.api.llamacpp.settings import settings_fields
from app.api.services import services
from app.api.wire import answered, read, wrong
from app.engine.engine import Moved, SlotFacts
from app.engine.model import Model
from app.errors import SwitchedOff
from app.language import Text

slots = Blueprint("llamacpp_slots", __name__)

_OFF = Text(
    "This server does not show its slots: it was started with --no-slots.",
    "启动时使用了 --no-slots，因此不显示槽位。",
)
_ACTION = Text("must be save, restore or erase", "应为 save、restore 或 erase")


class FileRequest(msgspec.Struct):
    """A file in the folder of --slot-save-path."""

    filename: str


_decoder = msgspec.json.Decoder(FileRequest)


@slots.get("/slots")
def all_slots() -> Response:
    """Every slot as it is just now."""
    if not services().endpoints.slots:
        raise SwitchedOff(_OFF)
    engine = services().engine
    return answered([_fields(each, engine.model) for each in engine.slots()])


@slots.post("/slots/<int:slot>")
def act(slot: int) -> Response:
    """Save, restore or erase one, once it is idle."""
    engine, action = services().engine, request.args.get("action")
    if action == "save":
        name = read(_decoder).filename
        return _moved(slot, name, engine.save_slot(slot, name), "saved", "written", "save_ms")
    if action == "restore":
        name = read(_decoder).filename
        return _moved(slot, name, engine.restore_slot(slot, name), "restored", "read", "restore_ms")
    if action == "erase":
        return answered({"id_slot": slot, "n_erased": engine.erase_slot(slot)})
    raise wrong("action", _ACTION)


def _moved(slot: int, name: str, moved: Moved, tokens: str, size: str, time: str) -> Response:
    return answered(
        {
            "id_slot": slot,
            "filename": name,
            f"n_{tokens}": moved.tokens,
            f"n_{size}": moved.bytes,
            "timings": {time: moved.seconds * 1000},
        }
    )


def _fields(slot: SlotFacts, model: Model) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": slot.id,
        "n_ctx": slot.context_tokens,
        "speculative": slot.speculates,
        "is_processing": slot.is_running,
    }
    if slot.generation is None:
        return told
    next_token = {
        "has_next_token": slot.is_running,
        "n_remain": slot.left_tokens if slot.is_running else -1,
        "n_decoded": slot.chosen_tokens if slot.is_running else 0,
    }
    return told | {
        "n_prompt_tokens": slot.prompt_tokens,
        "n_prompt_tokens_cache": slot.cached_tokens,
        "n_prompt_tokens_processed": slot.prompt_tokens - slot.cached_tokens,
        # What was said stays between the one who said it and the model.
        "params": settings_fields(slot.generation, model),
        "next_token": [next_token],
    }
