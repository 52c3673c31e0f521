from __future__ import annotations

from pathlib import Path

import pytest

import environment
import llama_source
import places
import whisper_module


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where compiled things are kept, and an environment beside it."""
    monkeypatch.setattr(places, "kept", lambda name: tmp_path / name)
    monkeypatch.setattr(places, "ENVIRONMENT", tmp_path / ".venv")
    (tmp_path / "wheels").mkdir()
    return tmp_path / "wheels"


def keep(wheels: Path, gpu: llama_source.Gpu) -> Path:
    module = wheels / whisper_module._cache_key(gpu) / "_pywhispercpp.abi.so"
    module.parent.mkdir()
    module.write_bytes(b"compiled")
    return module


def test_what_was_compiled_once_is_taken_from_the_cache(wheels: Path) -> None:
    module = keep(wheels, "none")
    assert whisper_module.compiled("none") == module


def test_another_gpu_needs_another_module(wheels: Path) -> None:
    assert keep(wheels, "none").parent != keep(wheels, "cuda").parent


def test_the_module_is_installed_where_python_finds_it(wheels: Path) -> None:
    environment.packages().mkdir(parents=True)
    whisper_module.install(keep(wheels, "none"))
    assert (environment.packages() / "_pywhispercpp.abi.so").read_bytes() == b"compiled"


def test_the_lock_names_the_version_that_is_built() -> None:
    lock = (places.LOCKS / "whisper.txt").read_text(encoding="utf-8")
    assert lock.startswith(f"{whisper_module.REQUIREMENT} \\\n    --hash=sha256:")
