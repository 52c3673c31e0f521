"""Makes small models that see: a text model of bytes, and the projector that gives it eyes.

Their weights are chance's, so that they say nothing sensible; what they compute is real.
"""

from __future__ import annotations

import random
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path

sys.path.append(str(Path(__file__).parents[3] / "packaging"))

from convert import gguf

HIDDEN, HEADS, FEED_FORWARD = 64, 4, 96
EYE, EYE_HEADS, EYE_FEED_FORWARD, PATCH, SIDE = 32, 2, 48, 14, 56
CONTROL, UNKNOWN, BYTE = 3, 2, 6
NAMES = ["<unk>", "<s>", "</s>", "<|vision_start|>", "<|vision_end|>"]
PIECES = [*NAMES, *(f"<0x{byte:02X}>" for byte in range(256))]
TEMPLATE = (
    "{% for message in messages %}{{ message['role'] + ': ' + message['content'] + '\n' }}"
    "{% endfor %}{{ 'assistant:' }}"
)

Shapes = dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A family of models: how the text model counts positions, and how its eyes work."""

    architecture: str
    projector: str
    eye: Shapes


LLAVA = Kind(
    "llama",
    "mlp",
    {
        "v.position_embd.weight": (EYE, (SIDE // PATCH) ** 2),
        "mm.0.weight": (EYE, HIDDEN),
        "mm.0.bias": (HIDDEN,),
        "mm.2.weight": (HIDDEN, HIDDEN),
        "mm.2.bias": (HIDDEN,),
    },
)
"""Each picture takes 16 tokens, and as many positions."""

QWEN2VL = Kind(
    "qwen2vl",
    "qwen2vl_merger",
    {
        "v.patch_embd.weight.1": (PATCH, PATCH, 3, EYE),
        "v.post_ln.weight": (EYE,),
        "v.post_ln.bias": (EYE,),
        "mm.0.weight": (4 * EYE, HIDDEN),
        "mm.0.bias": (HIDDEN,),
        "mm.2.weight": (HIDDEN, HIDDEN),
        "mm.2.bias": (HIDDEN,),
    },
)
"""A picture takes more tokens than positions, by its size."""

GEMMA3 = Kind(
    "llama",
    "gemma3",
    {
        "v.position_embd.weight": (EYE, (SIDE // PATCH) ** 2),
        "v.post_ln.weight": (EYE,),
        "v.post_ln.bias": (EYE,),
        "mm.input_projection.weight": (HIDDEN, EYE),
        "mm.soft_emb_norm.weight": (EYE,),
    },
)
"""The tokens of a picture see one another, whatever their order."""


def write(folder: Path, kind: Kind) -> tuple[Path, Path]:
    """The text model, and its eyes."""
    model, eyes = folder / "model.gguf", folder / "mmproj.gguf"
    with model.open("wb") as target:
        gguf.write(target, _metadata(kind), _tensors(_text_shapes()))
    write_eyes(eyes, kind)
    return model, eyes


def write_eyes(path: Path, kind: Kind, **changed: gguf.Value) -> None:
    """The projector alone."""
    metadata = {**_eye_metadata(kind), **changed}
    with path.open("wb") as target:
        gguf.write(target, metadata, _tensors({**_eye_shapes(), **kind.eye}))


def _metadata(kind: Kind) -> dict[str, gguf.Value]:
    name = kind.architecture
    types = [UNKNOWN, *[CONTROL] * (len(NAMES) - 1), *[BYTE] * 256]
    return {
        "general.architecture": name,
        "general.name": "sees-by-chance",
        f"{name}.context_length": 2048,
        f"{name}.embedding_length": HIDDEN,
        f"{name}.feed_forward_length": FEED_FORWARD,
        f"{name}.block_count": 2,
        f"{name}.attention.head_count": HEADS,
        f"{name}.attention.layer_norm_rms_epsilon": 1e-5,
        f"{name}.rope.dimension_count": HIDDEN // HEADS,
        f"{name}.rope.dimension_sections": gguf.Array.of_int32([2, 3, 3, 0]),
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": gguf.Array.of_strings(piece.encode() for piece in PIECES),
        "tokenizer.ggml.scores": _floats([0.0] * len(PIECES)),
        "tokenizer.ggml.token_type": gguf.Array.of_int32(types),
        "tokenizer.ggml.unknown_token_id": 0,
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.add_bos_token": True,
        "tokenizer.ggml.add_space_prefix": False,
        "tokenizer.chat_template": TEMPLATE,
    }


def _text_shapes() -> Shapes:
    shapes: Shapes = {
        "token_embd.weight": (HIDDEN, len(PIECES)),
        "output_norm.weight": (HIDDEN,),
        "output.weight": (HIDDEN, len(PIECES)),
    }
    for layer in range(2):
        shapes |= {
            f"blk.{layer}.attn_norm.weight": (HIDDEN,),
            **{f"blk.{layer}.attn_{part}.weight": (HIDDEN, HIDDEN) for part in "qkv"},
            f"blk.{layer}.attn_output.weight": (HIDDEN, HIDDEN),
            f"blk.{layer}.ffn_norm.weight": (HIDDEN,),
            f"blk.{layer}.ffn_gate.weight": (HIDDEN, FEED_FORWARD),
            f"blk.{layer}.ffn_up.weight": (HIDDEN, FEED_FORWARD),
            f"blk.{layer}.ffn_down.weight": (FEED_FORWARD, HIDDEN),
        }
    return shapes


def _eye_metadata(kind: Kind) -> dict[str, gguf.Value]:
    return {
        "general.architecture": "clip",
        "general.name": "eyes-of-chance",
        "clip.has_vision_encoder": True,
        "clip.projector_type": kind.projector,
        "clip.use_gelu": True,
        "clip.vision.image_size": SIDE,
        "clip.vision.patch_size": PATCH,
        "clip.vision.embedding_length": EYE,
        "clip.vision.feed_forward_length": EYE_FEED_FORWARD,
        "clip.vision.projection_dim": HIDDEN,
        "clip.vision.block_count": 2,
        "clip.vision.attention.head_count": EYE_HEADS,
        "clip.vision.attention.layer_norm_epsilon": 1e-5,
        "clip.vision.projector.scale_factor": 2,
        "clip.vision.image_mean": _floats([0.5] * 3),
        "clip.vision.image_std": _floats([0.5] * 3),
    }


def _eye_shapes() -> Shapes:
    shapes: Shapes = {"v.patch_embd.weight": (PATCH, PATCH, 3, EYE)}
    for layer in range(2):
        at = f"v.blk.{layer}"
        for part in ("attn_q", "attn_k", "attn_v", "attn_out"):
            shapes |= {f"{at}.{part}.weight": (EYE, EYE), f"{at}.{part}.bias": (EYE,)}
        for part in ("ln1", "ln2"):
            shapes |= {f"{at}.{part}.weight": (EYE,), f"{at}.{part}.bias": (EYE,)}
        shapes |= {
            f"{at}.ffn_up.weight": (EYE, EYE_FEED_FORWARD),
            f"{at}.ffn_down.weight": (EYE_FEED_FORWARD, EYE),
        }
    return shapes


def _tensors(shapes: Shapes) -> Iterator[gguf.Tensor]:
    """Norms begin as they usually do, at one; all else is chance."""
    chance = random.Random(5)
    for name, shape in shapes.items():
        if "norm.weight" in name or ("ln" in name and name.endswith("weight")):
            numbers = [1.0] * prod(shape)
        else:
            numbers = [chance.uniform(-1, 1) * shape[0] ** -0.5 * 2 for _ in range(prod(shape))]
        data = memoryview(struct.pack(f"<{len(numbers)}f", *numbers))
        yield gguf.Tensor(name, shape, gguf.TensorType.F32, data)


def _floats(numbers: list[float]) -> gguf.Array:
    packed = struct.pack(f"<{len(numbers)}f", *numbers)
    return gguf.Array(gguf.Kind.FLOAT32, len(numbers), packed)
