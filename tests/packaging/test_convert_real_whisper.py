from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from convert import whisper
from convert.ggml import Ggml
from convert.gguf import TensorType
from tests.packaging.conftest import WEIGHTS

pytestmark = pytest.mark.live

# ggml-base.bin and ggml-base-q8_0.bin, as whisper.cpp's models/README.md lists them.
PUBLISHED_SHA1 = {
    TensorType.F16: "465707469ff3a37a2b9b8d8f89f2f99de7299dac",
    TensorType.Q8_0: "7bb89bb49ed6955013b166f1b6a6c04584a20fbe",
}


@pytest.mark.parametrize("kind", PUBLISHED_SHA1)
def test_the_result_is_the_published_file_to_the_byte(
    tmp_path: Path, ggml: Ggml, kind: TensorType
) -> None:
    folder, target = WEIGHTS / "whisper-base", tmp_path / "whisper.bin"
    with target.open("wb") as file:
        whisper.convert(folder / "model.bin", folder / "tokenizer.json", file, ggml, kind)
    with target.open("rb") as file:
        assert hashlib.file_digest(file, "sha1").hexdigest() == PUBLISHED_SHA1[kind]
