"""How answers are chosen where a request does not say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.assembly.files import names
from app.settings import Settings

if TYPE_CHECKING:
    from app.engine.request import Generation, Sampling


def sampling_of(settings: Settings) -> Sampling:
    """The samplers and their values that the settings name. Raises: BadRequest."""
    from app.engine.request import Sampling

    chosen: dict[str, Any] = dict(settings.sampling)
    if settings.samplers:
        from app.api.token_names import samplers

        chosen["samplers"] = samplers(list(names(settings.samplers.replace(";", ","))))
    return Sampling(seed=None if settings.seed == -1 else settings.seed, **chosen)


def most_tokens_of(settings: Settings) -> int | None:
    """How long an answer may become; None: as long as there is room."""
    return None if settings.n_predict < 1 else settings.n_predict


def generation_of(settings: Settings) -> Generation:
    """An answer as the settings want it, to whatever prompt. Raises: BadRequest."""
    from app.engine.request import Generation

    most = most_tokens_of(settings)
    return Generation((), most, sampling_of(settings), keep=settings.keep)
