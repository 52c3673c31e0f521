"""What POST /v1/completions takes. Source: OpenAI's API reference, "Completions"."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

from app.api.documents.search import Filter
from app.api.fields import MOST_ALTERNATIVES, not_supported
from app.api.llamacpp.completion_request import StructuredFields
from app.api.llamacpp.infill import filling
from app.api.openai.chat_request import StreamOptions
from app.api.prompts import prompts
from app.api.services import services
from app.api.wire import wrong
from app.chat.request import ChatRequest
from app.engine.pictures.picture import Seen
from app.engine.request import Generation
from app.language import Text

_ONE_TEXT = Text("needs a prompt that is one text", "要求 prompt 为一段文本")
_ONE_QUESTION = Text("must be one text with use_context", "与 use_context 同时使用时应为一段文本")
_NOT_WITH_CONTEXT = Text("cannot be combined with use_context", "不能与 use_context 同时使用")
_NOT_BEFORE = Text("cannot be combined with echo", "不能与 echo 同时使用")


class CompletionRequest(StructuredFields, kw_only=True):
    """Prompts to continue."""

    prompt: Any
    model: str | None = None
    echo: bool | None = None
    suffix: str | None = None
    logprobs: Annotated[int, Meta(ge=0, le=MOST_ALTERNATIVES)] | bool | None = None
    n: Annotated[int, Meta(ge=1, le=128)] | None = None
    best_of: Annotated[int, Meta(ge=1, le=128)] | None = None
    stream_options: StreamOptions | None = None
    use_context: bool | None = None
    context_filter: Filter | None = None
    include_sources: bool | None = None
    system_prompt: str | None = None

    @property
    def includes_usage(self) -> bool:
        """Whether the stream ends with the count of tokens."""
        return bool(self.stream_options and self.stream_options.include_usage)

    @property
    def tells_logprobs(self) -> bool:
        """Whether the answer has the probabilities of its tokens."""
        return self.logprobs not in (None, False)

    def probabilities(self) -> int:
        """How many alternatives of each token to tell; one at least, so that any are told."""
        return max(1, int(self.logprobs or 0)) if self.tells_logprobs else self.n_probs or 0

    def question(self) -> ChatRequest:
        """The prompt as a question that documents answer, as privateGPT takes it.

        Raises: BadRequest.
        """
        if not isinstance(self.prompt, str):
            raise wrong("prompt", _ONE_QUESTION)
        for field in ("suffix", "echo"):
            if getattr(self, field):
                raise wrong(field, _NOT_WITH_CONTEXT)
        system = [{"role": "system", "content": self.system_prompt}] if self.system_prompt else []
        messages = [*system, {"role": "user", "content": self.prompt}]
        return ChatRequest(messages=messages, generation=self.generation(), n=self.n or 1)

    def generations(self, prompt: Seen | None = None) -> list[Generation]:
        """What the engine is asked for: each prompt, or the one that was made, `n` times.

        Raises: BadRequest.
        """
        if self.system_prompt and not self.use_context:
            raise not_supported("system_prompt")
        if self.echo and self.tells_logprobs:
            raise wrong("logprobs", _NOT_BEFORE)
        if (self.best_of or 1) > (self.n or 1):
            raise not_supported("best_of")
        prompts = self._prompts() if prompt is None else [prompt]
        return [self.generation(each) for each in prompts for _ in range(self.n or 1)]

    def _prompts(self) -> list[Seen]:
        model = services().engine.model
        if not self.suffix:
            return prompts(self.prompt, model)
        if not isinstance(self.prompt, str):
            raise wrong("suffix", _ONE_TEXT)
        return [Seen(filling(model, self.prompt, self.suffix))]
