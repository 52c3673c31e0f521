from __future__ import annotations

import io
import zipfile
from pathlib import Path

from app.bundle.slice import Slice
from app.speech.kokoro import Kokoro, Style, with_folder
from app.speech.voices import of_kokoro


def test_a_folder_with_a_model_and_its_voices_speaks_what_they_speak(tmp_path: Path) -> None:
    (tmp_path / "kokoro-v1.0.onnx").write_bytes(b"model")
    (tmp_path / "zf_xiaoxiao.bin").write_bytes(bytes(8))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("af_bella.npy", "jf_alpha.npy", "zm_yunxi.npy"):
            file.writestr(name, b"")
    (tmp_path / "voices-v1.0.bin").write_bytes(archive.getvalue())
    found = with_folder(None, tmp_path)
    assert found is not None
    voices = of_kokoro(found)
    assert [(voice.name, voice.language) for voice in voices] == [
        ("zm_yunxi", "zh"),
        ("zf_xiaoxiao", "zh"),
        ("af_bella", "en"),
    ]
    assert voices[1].title.en == "Xiaoxiao, Chinese, female"
    assert found.styles["zm_yunxi"].member == "zm_yunxi"
    assert bytes(found.model.mapped()) == b"model"


def test_voices_without_a_model_are_said_by_the_one_inside(tmp_path: Path) -> None:
    (tmp_path / "zf_mine.bin").write_bytes(bytes(8))
    (tmp_path / "kokoro-v1.1-zh.onnx").write_bytes(b"of another alphabet")
    inside = Kokoro(Slice(tmp_path, 0, 1), {"zf_xiaoxiao": Style(Slice(tmp_path, 1, 1))})
    found = with_folder(inside, tmp_path)
    assert found is not None
    assert found.model == inside.model
    assert list(found.styles) == ["zf_xiaoxiao", "zf_mine"]
    assert with_folder(None, tmp_path) is None
    assert with_folder(inside, tmp_path / "none") == inside
