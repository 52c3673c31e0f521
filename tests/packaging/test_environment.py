from __future__ import annotations

import importlib.util

import pytest

import environment
from failures import BuildFailed


@pytest.mark.parametrize(
    ("module", "words"), [("ensurepip", "python3-venv"), ("_lzma", "without xz compression")]
)
def test_a_python_that_lacks_a_part_says_which(
    module: str, words: str, monkeypatch: pytest.MonkeyPatch
):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == module else find(name)
    )
    with pytest.raises(BuildFailed, match=words):
        environment.prepare()


def test_a_python_without_its_shared_library_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(environment.sys, "platform", "linux")
    monkeypatch.setattr(environment.sysconfig, "get_config_var", lambda _name: "libpython3.11.a")
    monkeypatch.setattr(environment, "_loads", lambda _library: False)
    with pytest.raises(BuildFailed, match=r"apt install libpython3\."):
        environment.prepare()


def test_the_environments_programs_are_found_first(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "elsewhere")
    first, *others = environment.search_path()["PATH"].split(environment.os.pathsep)
    assert first == str(environment.python().parent)
    assert others == ["elsewhere"]
