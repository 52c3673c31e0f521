"""What each address takes and gives: one row for each view, by its endpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from app.api import about
from app.api.anthropic.request import CountRequest, MessagesRequest
from app.api.assist import aloud, talk
from app.api.assist import request as assist
from app.api.conversations import answers, exchange
from app.api.conversations import conversations as talks
from app.api.conversations import profiles as people
from app.api.conversations import request as asking
from app.api.conversations import wire as said
from app.api.documents import chunks, contents, files, ingest, library, search
from app.api.documents import file_batches as batches
from app.api.documents import vector_store_files as store_files
from app.api.documents import vector_stores as stores
from app.api.documents.wire import Document, Job, State
from app.api.llamacpp.completion_request import CompletionRequest as LlamaCompletionRequest
from app.api.llamacpp.embedding import EmbeddingRequest
from app.api.llamacpp.infill import InfillRequest
from app.api.llamacpp.rerank import RerankRequest
from app.api.llamacpp.slots import FileRequest
from app.api.llamacpp.tokens import DetokenizeRequest, TokenizeRequest
from app.api.ollama.models import ShowRequest
from app.api.ollama.request import (
    EmbedOneRequest,
    EmbedRequest,
    GenerateRequest,
    OllamaChatRequest,
)
from app.api.openai.chat_request import ChatCompletionRequest
from app.api.openai.completion_request import CompletionRequest
from app.api.openai.embeddings import EmbeddingsRequest
from app.api.openai.responses_request import ResponsesRequest
from app.api.openapi import local_answers as local
from app.api.openapi import openai_answers as openai
from app.api.security import pairing
from app.api.security import wire as admitted
from app.api.speech import live
from app.api.speech import speech as spoken
from app.api.speech import transcriptions as speech
from app.api.vision import ocr

ANY, AUDIO = "*/*", "audio/*"
EVENTS, LINES = "text/event-stream", "application/x-ndjson"


@dataclass(frozen=True, slots=True)
class Query:
    """A value in the query string."""

    name: str
    schema: dict[str, Any]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """What one view takes and gives. `takes`: JSON; `form`: the fields of a form with `files`.

    `sound`: it takes samples. `gives`: JSON; `media`: something else; `streams`: how the answer
    comes in pieces.
    """

    takes: Any = None
    gives: Any = None
    form: tuple[str, ...] = ()
    files: tuple[str, ...] = ("file",)
    sound: bool = False
    queries: tuple[Query, ...] = ()
    status: int = 200
    media: str | None = None
    streams: str | None = None


def _number(name: str, most: int) -> Query:
    return Query(name, {"type": "integer", "minimum": 1, "maximum": most})


_AFTER = Query("after", {"type": "string"})
_ORDER = Query("order", {"type": "string", "enum": ["asc", "desc"]})
_PAGE = (_AFTER, Query("before", {"type": "string"}), _ORDER)
_ACTION = Query("action", {"type": "string", "enum": ["save", "restore", "erase"]}, True)
_PURPOSE = Query("purpose", {"type": "string"})
_STATE = {"type": "string", "enum": ["in_progress", "completed", "failed", "cancelled"]}
_JOB_STATE = {"type": "string", "enum": list(get_args(State))}
_LIMIT = _number("limit", 10_000)

OPERATIONS: dict[str, Operation] = {
    "page.file": Operation(media=ANY),
    "openapi.describe": Operation(gives=dict[str, Any]),
    "about.tell": Operation(gives=about.Build),
    "health.state": Operation(gives=local.Health),
    # Who is let in.
    "pairing.invitation": Operation(gives=pairing.Invitation),
    "pairing.redeem": Operation(pairing.Redeeming, admitted.Device, status=201),
    "pairing.authority": Operation(media="application/x-x509-ca-cert"),
    "devices.listed": Operation(gives=admitted.DeviceList),
    "devices.rename": Operation(admitted.Named, admitted.Device),
    "devices.revoke": Operation(gives=admitted.Revoked),
    "devices.keys": Operation(gives=admitted.KeyList),
    "devices.make_key": Operation(admitted.Named, admitted.Key, status=201),
    "devices.revoke_key": Operation(gives=admitted.Revoked),
    # Documents.
    "documents.listed": Operation(
        gives=library.DocumentList,
        queries=(_LIMIT, _AFTER, _ORDER, Query("collection", {"type": "string"})),
    ),
    "documents.add": Operation(
        library.Addition, library.JobList, form=("file", "collection", "tags"), status=202
    ),
    "documents.one": Operation(gives=Document),
    "documents.change": Operation(library.Change, Document),
    "documents.remove": Operation(gives=local.DocumentDeleted),
    "documents_contents.file": Operation(media=ANY),
    "documents_contents.text": Operation(gives=contents.Written),
    "documents_jobs.listed": Operation(
        gives=library.JobList, queries=(_number("limit", 1000), Query("state", _JOB_STATE))
    ),
    "documents_jobs.one": Operation(gives=Job),
    "documents_jobs.cancel": Operation(gives=Job),
    "documents_search.find": Operation(search.Search, search.PassageList, form=search.FIELDS),
    "documents_chunks.find": Operation(chunks.ChunksRequest, chunks.ChunkList),
    "documents_ingest.file": Operation(gives=ingest.IngestedList, form=("file",)),
    "documents_ingest.text": Operation(ingest.IngestText, ingest.IngestedList),
    "documents_ingest.listed": Operation(gives=ingest.IngestedList),
    "documents_ingest.remove": Operation(gives=None),
    "documents_files.add": Operation(gives=files.FileObject, form=("file", "purpose")),
    "documents_files.listed": Operation(
        gives=files.FileList, queries=(_LIMIT, _AFTER, _ORDER, _PURPOSE)
    ),
    "documents_files.one": Operation(gives=files.FileObject),
    "documents_files.content": Operation(media=ANY),
    "documents_files.remove": Operation(gives=files.Deleted),
    "documents_vector_stores.create": Operation(stores.NewStore, stores.VectorStore),
    "documents_vector_stores.listed": Operation(gives=stores.StoreList, queries=(_LIMIT, *_PAGE)),
    "documents_vector_stores.one": Operation(gives=stores.VectorStore),
    "documents_vector_stores.change": Operation(stores.ChangedStore, stores.VectorStore),
    "documents_vector_stores.remove": Operation(gives=files.Deleted),
    "documents_vector_stores.search": Operation(stores.StoreSearch, stores.ResultPage),
    "documents_vector_store_files.add": Operation(store_files.NewFile, store_files.StoreFile),
    "documents_vector_store_files.listed": Operation(
        gives=store_files.StoreFileList, queries=(_LIMIT, *_PAGE, Query("filter", _STATE))
    ),
    "documents_vector_store_files.one": Operation(gives=store_files.StoreFile),
    "documents_vector_store_files.change": Operation(
        store_files.ChangedFile, store_files.StoreFile
    ),
    "documents_vector_store_files.remove": Operation(gives=files.Deleted),
    "documents_vector_store_files.content": Operation(gives=store_files.ContentPage),
    "documents_file_batches.add": Operation(batches.NewBatch, batches.Batch),
    "documents_file_batches.one": Operation(gives=batches.Batch),
    "documents_file_batches.cancel": Operation(gives=batches.Batch),
    "documents_file_batches.files": Operation(
        gives=store_files.StoreFileList, queries=(_LIMIT, *_PAGE)
    ),
    # Conversations.
    "conversations.listed": Operation(
        gives=said.ConversationList,
        queries=(
            _number("limit", talks.MOST_LISTED),
            _number("skip", talks.MOST_SKIPPED),
            Query("query", {"type": "string"}),
            Query("deleted", {"type": "boolean"}),
        ),
    ),
    "conversations.add": Operation(talks.NewConversation, said.Conversation, status=201),
    "conversations.one": Operation(gives=said.WholeConversation),
    "conversations.change": Operation(talks.ChangedConversation, said.Conversation),
    "conversations.remove": Operation(
        gives=local.ConversationDeleted, queries=(Query("forever", {"type": "boolean"}),)
    ),
    "conversations.restore": Operation(gives=said.Conversation),
    "conversations.picture": Operation(media=ANY),
    "conversations_answers.begin": Operation(asking.AnswerRequest, answers.Begun, status=202),
    "conversations_answers.follow": Operation(
        media=EVENTS,
        queries=(
            Query("from", {"type": "integer", "minimum": 0}),
            Query("message", {"type": "string"}),
        ),
    ),
    "conversations_answers.stop": Operation(gives=answers.Stopped),
    "conversations_exchange.one": Operation(
        media=ANY, queries=(Query("format", {"type": "string", "enum": ["json", "markdown"]}),)
    ),
    "conversations_exchange.everything": Operation(gives=exchange.Exported),
    "conversations_exchange.take_in": Operation(
        exchange.ImportRequest, said.ConversationList, status=201
    ),
    "conversations_profiles.listed": Operation(gives=said.ProfileList),
    "conversations_profiles.add": Operation(people.NewProfile, people.Opened),
    "conversations_profiles.one": Operation(gives=said.Profile),
    "conversations_profiles.change": Operation(people.ChangedProfile, people.Opened),
    "conversations_profiles.remove": Operation(gives=local.ProfileDeleted),
    "conversations_profiles.unlock": Operation(people.Unlocking, people.Opened),
    # OpenAI.
    "assist.answer": Operation(media=EVENTS, form=assist.FIELDS, files=assist.FILES),
    "aloud.say": Operation(aloud.AloudRequest, media=EVENTS),
    "talk.begin": Operation(talk.TalkRequest, media=EVENTS),
    "talk.interrupt": Operation(gives=talk.Interrupted),
    "openai_chat.complete": Operation(ChatCompletionRequest, openai.ChatCompletion, streams=EVENTS),
    "openai_chat.count": Operation(ChatCompletionRequest, openai.InputTokens),
    "openai_completion.complete": Operation(
        CompletionRequest, openai.TextCompletion, streams=EVENTS
    ),
    "openai_responses.complete": Operation(ResponsesRequest, openai.ResponseAnswer, streams=EVENTS),
    "openai_responses.count": Operation(ResponsesRequest, openai.InputTokens),
    "openai_embeddings.embed": Operation(EmbeddingsRequest, openai.EmbeddingsAnswer),
    "openai_models.all_models": Operation(gives=openai.ModelsAnswer),
    "openai_models.one_model": Operation(gives=openai.ModelAnswer),
    "speech_transcriptions.transcribe": Operation(
        gives=speech.PlainAnswer, form=speech.FIELDS, streams=EVENTS
    ),
    "speech_live.begin": Operation(live.LiveRequest, live.LiveAnswer, status=201),
    "speech_live.feed": Operation(sound=True, gives=live.LiveAnswer),
    "speech_live.events": Operation(media=EVENTS),
    "speech_live.end": Operation(gives=live.LiveAnswer),
    "speech_speech.say": Operation(spoken.SpeechRequest, media=AUDIO, streams=EVENTS),
    "speech_speech.voices": Operation(gives=spoken.VoicesAnswer),
    "vision_ocr.read_picture": Operation(ocr.OcrRequest, ocr.OcrAnswer, form=("file",)),
    "speech_transcriptions.translate": Operation(
        gives=speech.PlainAnswer, form=speech.FIELDS, streams=EVENTS
    ),
    # Anthropic.
    "anthropic_messages.complete": Operation(MessagesRequest, openai.MessageAnswer, streams=EVENTS),
    "anthropic_messages.count": Operation(CountRequest, openai.CountAnswer),
    # llama.cpp.
    "llamacpp_completion.complete": Operation(
        LlamaCompletionRequest, local.Completion | list[local.Completion], streams=EVENTS
    ),
    "llamacpp_infill.fill": Operation(
        InfillRequest, local.Completion | list[local.Completion], streams=EVENTS
    ),
    "llamacpp_embedding.embed": Operation(EmbeddingRequest, list[local.Vectors]),
    "llamacpp_rerank.score": Operation(RerankRequest, local.Ranked | list[local.Scored]),
    "llamacpp_tokens.tokenize": Operation(TokenizeRequest, local.Tokens),
    "llamacpp_tokens.detokenize": Operation(DetokenizeRequest, local.TextAnswer),
    "llamacpp_tokens.apply_template": Operation(ChatCompletionRequest, local.PromptAnswer),
    "llamacpp_lora.adapters": Operation(gives=list[local.AdapterAnswer]),
    "llamacpp_lora.scale": Operation(list[dict[str, Any]], local.Success),
    "llamacpp_metrics.tell": Operation(media="text/plain"),
    "llamacpp_props.tell": Operation(gives=local.Props),
    "llamacpp_props.change": Operation(dict[str, Any], local.Success),
    "llamacpp_slots.all_slots": Operation(gives=list[local.Slot]),
    "llamacpp_slots.act": Operation(FileRequest, local.SlotMoved, queries=(_ACTION,)),
    # Ollama.
    "ollama_chat.complete": Operation(OllamaChatRequest, local.OllamaChat, streams=LINES),
    "ollama_chat.generate": Operation(GenerateRequest, local.OllamaGenerated, streams=LINES),
    "ollama_embed.vectors": Operation(EmbedRequest, local.OllamaVectors),
    "ollama_embed.vector": Operation(EmbedOneRequest, local.OllamaVector),
    "ollama_models.tags": Operation(gives=local.OllamaModels),
    "ollama_models.running": Operation(gives=local.OllamaModels),
    "ollama_models.show": Operation(ShowRequest, local.OllamaShown),
    "ollama_models.version": Operation(gives=local.OllamaVersion),
}
