from __future__ import annotations

import pytest

import llama_source
import llama_wheel
from failures import BuildFailed


@pytest.fixture(autouse=True)
def _no_options_of_the_users_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CMAKE_ARGS", raising=False)
    monkeypatch.delenv("CXX", raising=False)


def test_every_processor_is_compiled_for():
    options = llama_source.options("none").split()
    assert {"-DGGML_NATIVE=OFF", "-DGGML_CPU_ALL_VARIANTS=ON", "-DGGML_RPC=ON"} <= set(options)


def test_another_backend_is_another_wheel(monkeypatch: pytest.MonkeyPatch):
    keys = {llama_source.cache_key(gpu) for gpu in llama_source.GPUS}
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_BLAS=ON")
    keys.add(llama_source.cache_key("none"))
    assert len(keys) == 4
    assert llama_source.options("vulkan").endswith("-DGGML_VULKAN=ON -DGGML_BLAS=ON")


def test_a_missing_compiler_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(llama_source.sys, "platform", "linux")
    monkeypatch.setattr(llama_source.shutil, "which", lambda _name: None)
    with pytest.raises(BuildFailed, match="apt install g"):
        llama_source.check_compiler()


def test_a_compiler_that_the_user_names_counts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CXX", "my-c++ -m64")
    monkeypatch.setattr(llama_source.shutil, "which", lambda name: name if "my" in name else None)
    llama_source.check_compiler()


def test_steps_of_the_build_move_the_bar():
    seen: list[tuple[float, float]] = []
    on_line = llama_wheel.steps(lambda done, total: seen.append((done, total)))
    for line in ["  [1/443] /usr/bin/c++ -O3", "note: array[3]", "[443/443] Linking"]:
        on_line(line)
    assert seen == [(1, 443), (443, 443)]
