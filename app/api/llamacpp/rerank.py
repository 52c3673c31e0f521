"""POST /rerank: which documents fit a query, in the forms of Jina and of TEI."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from flask import Blueprint, Response
from msgspec import Meta

from app.api.services import services
from app.api.wire import answered, read, wrong
from app.errors import SwitchedOff
from app.language import Text

rerank = Blueprint("llamacpp_rerank", __name__)

_NONE = Text(
    "This server does not support reranking. Start it with --reranking.",
    "未启用重排序，请用 --reranking 启动。",
)
_NO_DOCUMENTS = Text("must be a list of texts that is not empty", "应为非空的文本列表")

Documents = Annotated[list[str], Meta(min_length=1)]


class RerankRequest(msgspec.Struct):
    """A query and documents: `documents` asks in Jina's form, `texts` in TEI's."""

    query: str
    documents: Documents | None = None
    texts: Documents | None = None
    top_n: Annotated[int, Meta(ge=0)] | None = None
    return_text: bool = False
    model: str | None = None


_decoder = msgspec.json.Decoder(RerankRequest)


@rerank.post("/rerank")
@rerank.post("/reranking")
@rerank.post("/v1/rerank")
@rerank.post("/v1/reranking")
def score() -> Response:
    """The documents, best first."""
    found = services().embedder
    if found is None or found.model.facts.pooling != "rank":
        raise SwitchedOff(_NONE)
    asked = read(_decoder)
    documents = asked.documents or asked.texts
    if documents is None:
        raise wrong("documents", _NO_DOCUMENTS)
    pairs = [found.model.pair(asked.query, each) for each in documents]
    scores = found.rerank(pairs)
    best = sorted(range(len(scores)), key=lambda index: -scores[index])[: asked.top_n]
    if asked.documents is None:
        return answered([_for_tei(index, scores[index], asked) for index in best])
    count = sum(map(len, pairs))
    return answered(
        {
            "object": "list",
            "model": services().model_alias,
            "usage": {"prompt_tokens": count, "total_tokens": count},
            "results": [{"index": each, "relevance_score": scores[each]} for each in best],
        }
    )


def _for_tei(index: int, score: float, asked: RerankRequest) -> dict[str, Any]:
    told: dict[str, Any] = {"index": index, "score": score}
    if asked.return_text and asked.texts:
        told["text"] = asked.texts[index]
    return told
