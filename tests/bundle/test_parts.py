from __future__ import annotations

import sys
from pathlib import Path

import pytest

from app.bundle import parts as module
from app.bundle.parts import SOURCE_BUILD, parts, parts_of
from app.errors import AssistantError, BadFile
from tests.bundle import made


def test_the_parts_of_an_executable(tmp_path: Path):
    executable = made.executable(
        tmp_path,
        libraries=made.libraries(libllama_so=b"code"),
        page=made.page({"index.html": b"<html>"}),
        model=b"weights",
    )
    found = parts_of(executable, tmp_path / "cache")
    page = found.page.get("", set())
    assert found.model is not None
    assert bytes(found.model.mapped()) == b"weights"
    assert found.model_name == "model"
    assert (found.libraries / "libllama.so").read_bytes() == b"code"
    assert page is not None
    assert bytes(page.data) == b"<html>"
    assert found.arguments == ("--port", "9000")
    assert found.build == executable.directory.build


def test_an_executable_without_a_model_is_whole_all_the_same(tmp_path: Path):
    executable = made.executable(tmp_path, libraries=made.libraries(libllama_so=b"code"))
    found = parts_of(executable, tmp_path / "cache")
    assert found.model is None
    assert found.page.get("", set()) is None


def test_an_executable_without_an_engine_is_refused(tmp_path: Path):
    with pytest.raises(BadFile, match="no engine"):
        parts_of(made.executable(tmp_path, model=b"weights"), tmp_path / "cache")


def test_a_source_tree_without_llama_cpp_says_what_to_run(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(AssistantError, match="python3 packaging build"):
        parts({})


def test_a_source_tree_has_the_installed_libraries(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    package = tmp_path / "llama_cpp" / "__init__.py"
    package.parent.mkdir()
    package.touch()
    # Another test may have imported the real one, whose place would then be found.
    monkeypatch.delitem(sys.modules, "llama_cpp", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    found = parts({})
    assert found.libraries == tmp_path / "llama_cpp" / "lib"
    assert (found.build, found.model) == (SOURCE_BUILD, None)
