"""Builds the Flask app: one blueprint per subject."""

from __future__ import annotations

from flask import Flask

from app.api.about import about
from app.api.anthropic.messages import messages
from app.api.assist.aloud import aloud
from app.api.assist.assist import assist
from app.api.assist.talk import talk
from app.api.conversations.answers import answers
from app.api.conversations.conversations import conversations
from app.api.conversations.exchange import exchange
from app.api.conversations.profiles import profiles
from app.api.documents.chunks import chunks
from app.api.documents.contents import contents
from app.api.documents.file_batches import file_batches
from app.api.documents.files import files
from app.api.documents.ingest import ingest
from app.api.documents.jobs import jobs
from app.api.documents.library import documents
from app.api.documents.search import search
from app.api.documents.vector_store_files import vector_store_files
from app.api.documents.vector_stores import vector_stores
from app.api.errors import handle_errors
from app.api.guard import guard
from app.api.health import health
from app.api.limits import limit
from app.api.llamacpp.completion import completion as llamacpp_completion
from app.api.llamacpp.embedding import embedding
from app.api.llamacpp.infill import infill
from app.api.llamacpp.lora import lora
from app.api.llamacpp.metrics import metrics
from app.api.llamacpp.props import props
from app.api.llamacpp.rerank import rerank
from app.api.llamacpp.slots import slots
from app.api.llamacpp.tokens import tokens
from app.api.ollama.chat import chat as ollama_chat
from app.api.ollama.embed import embed
from app.api.ollama.models import models as ollama_models
from app.api.openai.chat import chat
from app.api.openai.completion import completion
from app.api.openai.embeddings import embeddings
from app.api.openai.models import models
from app.api.openai.responses import responses
from app.api.openapi.view import openapi
from app.api.page import page
from app.api.record import keep_records
from app.api.security.devices import devices
from app.api.security.pairing import pairing
from app.api.services import Services, give
from app.api.speech.live import live
from app.api.speech.speech import speech
from app.api.speech.transcriptions import transcriptions
from app.api.vision.ocr import ocr

DOCUMENTS = (
    *(chunks, contents, documents, files, ingest, jobs, search),
    *(file_batches, vector_store_files, vector_stores),
)
CONVERSATIONS = (answers, conversations, exchange, profiles)
OPENAI = (chat, completion, embeddings, models, responses)
LLAMACPP = (*(llamacpp_completion, embedding, infill, lora, metrics, props, rerank, slots, tokens),)
ANTHROPIC = (messages,)
SPEECH = (live, speech, transcriptions)
VISION = (ocr,)
OLLAMA = (ollama_chat, embed, ollama_models)
ASSIST = (aloud, assist, talk)
SECURITY = (devices, pairing)
OTHERS = (about, health, openapi, page)


def create_app(services: Services) -> Flask:
    """The whole API and the page, on what the assembly built."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = services.max_body_bytes
    app.url_map.merge_slashes = False  # an address is right or wrong; nobody is sent elsewhere
    give(services, app)
    keep_records(app)
    limit(app)
    guard(app)
    handle_errors(app)
    ours = (*ASSIST, *DOCUMENTS, *CONVERSATIONS, *SPEECH, *VISION, *SECURITY, *OTHERS)
    for blueprint in (*OPENAI, *LLAMACPP, *ANTHROPIC, *OLLAMA, *ours):
        app.register_blueprint(blueprint)
    return app
