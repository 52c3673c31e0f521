"""Asks the engine on behalf of a chat; what every protocol and the terminal use."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.chat import reasoning
from app.chat.constraint import callable_tools, check, grammar_for
from app.chat.formats.calls import Calls
from app.chat.formats.choice import format_of
from app.chat.formats.format import ToolFormat
from app.chat.pictures import prompt_of
from app.chat.reply import ChatReply, Parser
from app.chat.request import ChatRequest
from app.engine.engine import Engine
from app.engine.model import Model
from app.engine.request import Generation
from app.engine.text import TextReply
from app.errors import AssistantError


@dataclass(frozen=True, slots=True)
class Plan:
    """A request, ready for the engine. `shown`: control tokens that its parser reads."""

    request: ChatRequest
    format: ToolFormat
    prompt: str
    generation: Generation
    shown: dict[int, bytes]

    def parser(self) -> Parser:
        """What reads one answer."""
        names = {tool.name for tool in callable_tools(self.request)}
        rest = Calls(self.format.markup, names) if names else reasoning.Text()
        if self.request.reasoning == "none":
            return rest
        frames = self.format.markup.frames if names else ()
        openers = [frame.begin for frame in frames if not frame.told]
        return reasoning.Thoughts(rest, reasoning.opened_by(self.prompt), openers)


def answer(engine: Engine, request: ChatRequest) -> ChatReply:
    """Start one answer.

    Raises: BadRequest; PromptTooLong; StillLoading; Busy; Cancelled.
    """
    return _started(engine, plan(engine.model, request), 0)


def answers(engine: Engine, request: ChatRequest) -> tuple[ChatReply, ...]:
    """Start the request's `n` answers, all of which run at once. Raises: as `answer`."""
    found = plan(engine.model, request)
    replies: list[ChatReply] = []
    try:
        for index in range(request.n):
            replies.append(_started(engine, found, index))
    except AssistantError:
        for reply in replies:
            reply.cancel()
        raise
    return tuple(replies)


def plan(model: Model, request: ChatRequest) -> Plan:
    """What the engine will be asked, without asking it. Raises: BadRequest."""
    check(request)
    format_ = format_of(model.template.source)
    prompt = prompt_of(model, request)
    opened = reasoning.opened_by(prompt.text)
    knows = reasoning.BEGIN in model.template.source and request.thinking is not False
    grammar = grammar_for(request, format_, opened or (knows and not request.continue_last), opened)
    generation = request.generation
    seen = prompt.read(model)
    generation = replace(
        generation,
        prompt=seen.tokens,
        pictures=seen.pictures,
        sampling=replace(generation.sampling, grammar=grammar or generation.sampling.grammar),
    )
    return Plan(request, format_, prompt.text, generation, _shown(model, request, format_))


def _started(engine: Engine, found: Plan, index: int) -> ChatReply:
    generation = found.generation
    seed = generation.sampling.seed
    if seed is not None and index:
        generation = replace(generation, sampling=replace(generation.sampling, seed=seed + index))
    text = TextReply(engine.submit(generation), found.request.stop, found.shown)
    return ChatReply(text, found.parser(), found.prompt, len(generation.prompt))


def _shown(model: Model, request: ChatRequest, format_: ToolFormat) -> dict[int, bytes]:
    """Markers that are control tokens of the model, which have no text otherwise."""
    markers = [reasoning.BEGIN, reasoning.END] if request.reasoning != "none" else []
    if callable_tools(request):
        frames = format_.markup.frames
        markers += filter(None, [text for each in frames for text in (each.begin, each.end)])
    shown = {}
    for marker in markers:
        tokens = model.tokenize(marker, special=True, begin=False)
        if len(tokens) == 1 and not model.piece(tokens[0]):
            shown[tokens[0]] = marker.encode()
    return shown
