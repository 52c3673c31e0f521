"""Chroma on a server, over its HTTP interface (version 2)."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Sequence
from typing import Any
from urllib.parse import SplitResult, urlsplit

from app.errors import BadSettings, VectorsFailed
from app.knowledge.scripts import Script
from app.knowledge.secured import SecuredConnection
from app.knowledge.vectors.store import (
    COLLECTION,
    CONFIGURATION,
    MOST_IN_BATCH,
    PARTS,
    Place,
    Vector,
    document_filter,
    similarities,
)
from app.language import Text

TIMEOUT_S = 60.0
ROOT = "/api/v2/tenants/default_tenant/databases/default_database/collections"


class RemoteVectors:
    """The vectors of one script on a Chroma server.

    `token`: sent as x-chroma-token where the server wants one.
    """

    def __init__(self, address: str, script: Script, token: str | None = None) -> None:
        self._name = COLLECTION.format(script=script)
        self._address = _parsed(address)
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["X-Chroma-Token"] = token
        self._threads = threading.local()
        self._collection: str | None = None

    def put(self, vectors: Sequence[Vector]) -> None:
        """Keep vectors; one that is there already is replaced."""
        for start in range(0, len(vectors), MOST_IN_BATCH):
            batch = vectors[start : start + MOST_IN_BATCH]
            self._ask(
                "upsert",
                ids=[str(vector.place) for vector in batch],
                embeddings=[vector.values for vector in batch],
                metadatas=[{"document": vector.document} for vector in batch],
            )

    def remove(self, places: Sequence[Place]) -> None:
        """Forget vectors; places that are not there are no error."""
        for start in range(0, len(places), MOST_IN_BATCH):
            self._ask("delete", ids=[str(place) for place in places[start : start + MOST_IN_BATCH]])

    def nearest(
        self, values: list[float], most: int, documents: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """The most similar chunks with their cosine, best first; of some documents alone."""
        where = document_filter(documents)
        found = self._ask(
            "query",
            query_embeddings=[values],
            n_results=most * PARTS,
            include=["distances"],
            **({"where": where} if where else {}),
        )
        return similarities(found["ids"][0], found["distances"][0])[:most]

    def count(self) -> int:
        """How many vectors there are."""
        return int(self._request("GET", f"{ROOT}/{self._id()}/count"))

    def clear(self) -> None:
        """Forget all of them."""
        self._request("DELETE", f"{ROOT}/{self._name}")
        self._collection = None

    @property
    def generation(self) -> int:
        """Its server begins nothing anew by itself."""
        return 0

    def proved(self) -> None:
        """Its server looks after what it keeps."""

    def close(self) -> None:
        """Close this thread's connection."""
        connection: http.client.HTTPConnection | None = getattr(self._threads, "connection", None)
        if connection is not None:
            connection.close()
            del self._threads.connection

    def _id(self) -> str:
        if self._collection is None:
            wanted = {"name": self._name, "get_or_create": True, "configuration": CONFIGURATION}
            self._collection = str(self._request("POST", ROOT, wanted)["id"])
        return self._collection

    def _ask(self, verb: str, **body: Any) -> Any:
        return self._request("POST", f"{ROOT}/{self._id()}/{verb}", body)

    def _request(self, method: str, path: str, body: object = None) -> Any:
        sent = None if body is None else json.dumps(body).encode()
        for attempt in (1, 2):  # a kept connection may have been closed at the other end
            try:
                connection = self._connection()
                connection.request(
                    method, self._address.path.rstrip("/") + path, sent, self._headers
                )
                response = connection.getresponse()
                answer = response.read()
                break
            except (OSError, http.client.HTTPException) as error:
                self.close()
                if attempt == 2:
                    raise self._failed(str(error)) from error
        if response.status >= 300:
            raise self._failed(f"HTTP {response.status} {answer[:200].decode('utf-8', 'replace')}")
        return json.loads(answer) if answer else None

    def _connection(self) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection | None = getattr(self._threads, "connection", None)
        if connection is None:
            secure = self._address.scheme == "https"
            kind = SecuredConnection if secure else http.client.HTTPConnection
            connection = kind(self._address.hostname or "", self._address.port, timeout=TIMEOUT_S)
            self._threads.connection = connection
        return connection

    def _failed(self, why: str) -> VectorsFailed:
        return VectorsFailed(
            Text(
                "The Chroma server at {where} failed: {why}. Is it running?",
                "{where} 的 Chroma 服务器出错：{why}。它在运行吗？",
            ).filled(where=f"{self._address.hostname}:{self._address.port}", why=why)
        )


def _parsed(address: str) -> SplitResult:
    parts = urlsplit(address if "://" in address else f"http://{address}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadSettings(
            Text(
                "--chroma wants the address of a Chroma server, such as http://localhost:8000.",
                "--chroma 需要 Chroma 服务器的地址，例如 http://localhost:8000。",
            )
        )
    return parts
