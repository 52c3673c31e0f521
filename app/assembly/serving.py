"""The server with all that it works with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from app import __version__
from app.assembly.backup.exchange import Exchange, Opened
from app.assembly.claim import Claim
from app.assembly.engines import embedder, engine, only_vectors, reranker
from app.assembly.files import model_name, names
from app.assembly.hearing import hearing
from app.assembly.history import history
from app.assembly.library import folder_of, library
from app.assembly.manner import (
    most_tokens_of,
    sampling_of,
    template_variables_of,
    thinking_of,
)
from app.assembly.security import listened_on, security
from app.assembly.seeing import fetched, sight
from app.assembly.speaking import speaking
from app.bundle.page import PageFiles
from app.bundle.parts import Parts, parts
from app.engine.embedding import Embedder
from app.engine.engine import Engine
from app.settings import Settings

if TYPE_CHECKING:
    from app.api.server import Server
    from app.api.services import Defaults, Services, Thoughts
    from app.security.security import Security


@dataclass(frozen=True, slots=True)
class Assistant:
    """Everything of one start that serves. `loading`: what it waits for until it is ready."""

    settings: Settings
    loading: Engine | Embedder
    server: Server
    security: Security
    claim: Claim | None

    def announce(self, url: str) -> None:
        """Tell other programs of this machine that the documents are to be had there."""
        if self.claim is not None:
            with suppress(OSError):  # nothing can be kept there, as whoever uses it is told
                self.claim.tell(url)


@contextmanager
def assistant(settings: Settings, port: int, answers: bool = True) -> Iterator[Assistant]:
    """An engine that loads, and a server for it that does not listen yet.

    `answers` False: it serves documents only. The engine ends afterwards; whoever starts the
    server stops it.
    Raises: BadSettings, BadFile, EngineFailed.
    """
    found = parts()
    folder = folder_of(settings)
    claim = Claim(folder) if folder else None
    variables = template_variables_of(settings)
    with (
        Exchange(settings.data) as exchange,
        engine(settings, found, answers) as running,
        embedder(settings, found) as embedding,
        reranker(settings, found) as reranking,
        hearing(settings, found) as listening,
        library(
            settings, found, embedding, reranking, running.wait_ready, claim, listening
        ) as documents,
        speaking(settings, found, running.wait_ready) as voice,
        sight(settings) as seeing,
        history(settings) as conversing,
        security(settings) as guarded,
    ):
        kept = [each for each in (documents, conversing) if each is not None]
        exchange.watch(cast("list[Opened]", kept))
        # The engine's thread is loading the model while these are imported.
        from app.api.app import create_app
        from app.api.server import Server

        services = _services(settings, found, running, variables)
        services = replace(
            services,
            embedder=embedding,
            library=documents,
            hearing=listening,
            voice=voice,
            sight=seeing,
            fetch=fetched if settings.remote_pictures else None,
            history=conversing,
            security=guarded,
        )
        server = Server(create_app(services), listened_on(settings.host), port)
        # Beside an engine that answers, vectors load when they are first asked for.
        alone = embedding if only_vectors(settings) else None
        yield Assistant(settings, alone or running, server, guarded, claim)


def _services(
    settings: Settings, found: Parts, running: Engine, variables: dict[str, Any]
) -> Services:
    from app.api.services import Endpoints, Services

    name = model_name(settings, found)
    return Services(
        engine=running,
        page=PageFiles.none() if settings.no_ui else found.page,
        model_alias=name,
        version=__version__,
        model_path=str(settings.model or f"{found.model_name}.gguf"),
        aliases=tuple(each for each in names(settings.alias) if each != name),
        tags=names(settings.tags),
        origins=names(settings.cors_origins),
        defaults=_defaults(settings, variables),
        data_folder=None if settings.data is None else str(settings.data),
        entries=found.entries,
        endpoints=Endpoints(slots=settings.slots, metrics=settings.metrics),
    )


def _defaults(settings: Settings, variables: dict[str, Any]) -> Defaults:
    from app.api.services import Defaults

    return Defaults(
        sampling=sampling_of(settings),
        max_tokens=most_tokens_of(settings),
        keep_tokens=settings.keep,
        reasoning=cast("Thoughts", settings.reasoning_format),
        thinking=thinking_of(settings),
        template_variables=variables,
        verbose=settings.verbose,
    )
