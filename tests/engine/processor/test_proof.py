"""On the real libraries, whole and broken."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import pytest

from app import cpu
from app.bundle.parts import parts
from app.engine.processor import child, proof
from app.engine.processor.variants import NEEDS, fitting
from app.errors import AssistantError, EngineFailed
from tests import requirements

pytestmark = pytest.mark.live

ILLEGAL, RETURN = b"\x0f\x0b", b"\xc3"  # ud2; ret, which leaves the result as it was


@pytest.fixture(scope="session")
def libraries() -> Path:
    try:
        return parts().libraries
    except AssistantError as error:
        requirements.missing(str(error))


@pytest.fixture
def best(libraries: Path) -> str:
    return fitting(cpu.features(), proof.variants_in(libraries))[0]


class Broken:
    """A copy of the libraries in which one variant is spoiled."""

    def __init__(self, libraries: Path, folder: Path) -> None:
        self.whole, self.folder = libraries, folder
        for library in {*libraries.iterdir(), *proof.variants_in(libraries).values()}:
            (folder / library.name).symlink_to(library.resolve())

    def replace(self, variant: str, content: bytes) -> Path:
        library = proof.variants_in(self.folder)[variant]
        library.unlink()
        library.write_bytes(content)
        return self.folder

    def patch(self, variant: str, function: str, instruction: bytes) -> Path:
        """Puts an instruction at the beginning of one of the variant's functions."""
        library = proof.variants_in(self.whole)[variant]
        ctypes.CDLL(str(self.whole / "libggml.so"))
        address = ctypes.cast(getattr(ctypes.CDLL(str(library)), function), ctypes.c_void_p).value
        code = ctypes.string_at(address, 64)
        content = library.read_bytes()
        assert content.count(code) == 1
        return self.replace(variant, content.replace(code, instruction + code[len(instruction) :]))


@pytest.fixture
def broken(libraries: Path, tmp_path: Path) -> Broken:
    if cpu.machine() != "x86_64":
        pytest.skip("patches x86-64 code")
    folder = tmp_path / "libraries"
    folder.mkdir()
    return Broken(libraries, folder)


def test_every_variant_in_the_build_is_one_that_is_known(libraries: Path) -> None:
    assert proof.variants_in(libraries).keys() <= NEEDS.keys()


def test_every_variant_that_this_processor_advertises_computes_rightly(libraries: Path) -> None:
    for variant in fitting(cpu.features(), proof.variants_in(libraries)):
        assert proof.prove(variant, libraries).why is None, variant


def test_another_process_proves_as_a_fork_does(
    libraries: Path, best: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "fork")
    assert proof.prove(best, libraries).why is None


def test_the_best_variant_is_chosen_and_remembered(
    libraries: Path, best: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = proof.best_variant(libraries, tmp_path, "build")
    assert first.variant == best
    assert first.library.is_file()
    monkeypatch.setattr(child, "run", lambda *_: pytest.fail("proved again"))
    assert proof.best_variant(libraries, tmp_path, "build") == first


def test_a_variant_that_crashes_gives_way_to_the_next(
    broken: Broken, best: str, tmp_path: Path
) -> None:
    folder = broken.patch(best, "ggml_vec_dot_q6_K_q8_K", ILLEGAL)
    choice = proof.best_variant(folder, tmp_path, "build")
    assert choice.variant == fitting(cpu.features(), proof.variants_in(folder))[1]
    assert choice.refused[best].en == "SIGILL: q6_K (CPU)"
    assert proof.best_variant(folder, tmp_path, "build") == choice, "it is remembered"


def test_a_variant_that_computes_wrongly_gives_way_to_the_next(broken: Broken, best: str) -> None:
    folder = broken.patch(best, "ggml_vec_dot_q5_1_q8_1", RETURN)
    choice = proof.best_variant(folder, None, "build")
    assert choice.variant != best
    assert choice.refused[best].en == "wrong result: q5_1 (CPU)"


def test_a_variant_that_cannot_be_loaded_gives_way_to_the_next(broken: Broken, best: str) -> None:
    choice = proof.best_variant(broken.replace(best, b"not a library"), None, "build")
    assert choice.variant != best
    assert choice.refused[best].en.startswith("cannot be loaded: ")


def test_where_no_process_can_be_started_nothing_is_run_unproved(
    libraries: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> child.End:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(child, "run", refuse)
    with pytest.raises(EngineFailed, match="Resource temporarily unavailable"):
        proof.best_variant(libraries, None, "build")


def test_a_variant_beyond_this_processor_is_never_run(libraries: Path) -> None:
    beyond = proof.variants_in(libraries).keys() - fitting(cpu.features(), NEEDS)
    if not beyond:
        pytest.skip("this processor runs every variant")
    for variant in beyond:
        assert "cannot be loaded" in str(proof.prove(variant, libraries).why)
