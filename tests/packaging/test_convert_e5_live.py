from __future__ import annotations

from collections.abc import Iterator

import pytest

from convert import e5
from tests.packaging.e5_file import HIDDEN, PIECES, E5File
from tests.packaging.encoder import Encoder

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Encoder]:
    """A small model with random weights, converted, in real llama.cpp."""
    folder = tmp_path_factory.mktemp("e5")
    (folder / "e5.bin").write_bytes(E5File().bytes())
    with (folder / "e5.gguf").open("wb") as target:
        e5.convert(folder / "e5.bin", target)
    model = Encoder(folder / "e5.gguf")
    yield model
    model.close()


def pieces(encoder: Encoder, text: str) -> list[str]:
    return [PIECES[token] for token in encoder.tokens(text)]


def test_llama_cpp_cuts_text_into_the_pieces(encoder: Encoder) -> None:
    words = ["▁to", "▁be", "▁or", "▁", "not", "▁to", "▁be"]
    assert pieces(encoder, "to be or not to be") == ["<s>", *words, "</s>"]


def test_llama_cpp_sees_text_through_the_map_of_characters(encoder: Encoder) -> None:
    plain = pieces(encoder, "to be or not")
    assert pieces(encoder, "to\nbe\u200bor \x01not") == plain
    assert pieces(encoder, "  to   be or\n\nnot ") == plain


def test_what_has_no_piece_is_unknown_once_in_a_row(encoder: Encoder) -> None:
    assert pieces(encoder, "to 株式会社") == ["<s>", "▁to", "▁", "<unk>", "</s>"]


def test_a_control_token_written_in_a_text_is_just_text(encoder: Encoder) -> None:
    assert "<mask>" not in pieces(encoder, "<mask>")


def test_llama_cpp_computes_a_vector_that_depends_on_the_text(encoder: Encoder) -> None:
    first, again, other = (encoder.vector(text) for text in ("to be", "to be", "not to be"))
    assert len(first) == HIDDEN
    assert first == again
    assert max(abs(a - b) for a, b in zip(first, other, strict=True)) > 1e-3
