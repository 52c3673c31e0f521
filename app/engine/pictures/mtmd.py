"""llama.cpp's mtmd: what turns pictures into what a model that sees can read."""

from __future__ import annotations

import ctypes
import os
import weakref
from collections.abc import Callable, Sequence
from typing import Any

from app.engine.backend import NoPlace
from app.engine.cores import CORES
from app.engine.native import Native
from app.engine.pictures.chunks import Chunk, chunks_of
from app.engine.pictures.options import EyesOptions
from app.engine.pictures.picture import Picture, Pixels, Seen, part_key, standing_for
from app.engine.weights import Progress
from app.errors import BadFile, BadRequest, EngineFailed, PictureRefused
from app.language import Text

NO_PLACE = 1  # llama_decode's status

NOT_LOADED = Text(
    "The projector in {path} cannot be loaded, or is not for this model: --mmproj takes the file "
    "that was made together with the model of -m. llama.cpp says: {reason}",
    "无法加载 {path} 中的视觉投影器，或者它不适用于这个模型：--mmproj 应为与 -m 的模型配套的文件。"
    "llama.cpp 的说明：{reason}",
)
NO_EYES = Text(
    "The projector in {path} is for sounds, not for pictures.",
    "{path} 中的投影器用于声音，而不是图片。",
)
NOT_SEEN = Text("The model cannot look at this picture: {reason}", "模型无法查看这张图片：{reason}")
LOOK_FAILED = Text("The engine failed at a picture: {reason}", "引擎处理图片时出错：{reason}")
TOO_WIDE = Text(
    "A picture takes {cells} tokens, which this model reads all at once, and --ubatch-size is "
    "{most}. Start with a larger one.",
    "一张图片占 {cells} 个词元，该模型需要一次读完，而 --ubatch-size 为 {most}。请用更大的值启动。",
)
NOTHING_BEHIND = Text(
    "A prompt must go on with text behind its last picture.", "最后一张图片之后必须还有文字。"
)


class Mtmd:
    """A model's eyes; see `Eyes` for what may be called from which thread.

    Raises: BadFile; what `report` raises, which is told the progress of the load.
    """

    def __init__(
        self,
        native: Native,
        model: Any,
        context: Any,
        options: EyesOptions,
        report: Callable[[float], None],
    ) -> None:
        self._native = native
        self._mtmd = native.mtmd
        self._llama = context
        self._batch_tokens: int = native.lib.llama_n_batch(context)
        self._together: int = native.lib.llama_n_ubatch(context)
        self._numbers: int = native.lib.llama_model_n_embd_inp(model)  # of each token
        self._context = self._loaded(model, options, report)
        self._free = weakref.finalize(self, self._mtmd.mtmd_free, self._context)
        self._free.atexit = False  # someone may still be looking then
        self._reads_at_once = self._mtmd.mtmd_decode_use_non_causal(self._context, None)

    def read(self, parts: Sequence[str | Pixels], begin: bool) -> Seen:
        """A prompt as tokens and pictures. Raises: BadRequest; PictureRefused."""
        try:
            chunks = chunks_of(self._mtmd, self._context, parts, begin)
        except ValueError as error:
            reason = self._native.log.take_error() or str(error)
            raise PictureRefused(NOT_SEEN.filled(reason=reason), field="messages") from error
        tokens: list[int] = []
        pictures: list[Picture] = []
        for chunk in chunks:
            if chunk.picture is None:
                tokens += chunk.tokens
            else:
                pictures.append(self._picture(chunk, len(tokens)))
                tokens += standing_for(pictures[-1])
        if pictures and pictures[-1].end == len(tokens):
            raise BadRequest(NOTHING_BEHIND, field="messages")
        return Seen(tuple(tokens), tuple(pictures))

    def encode(self, picture: Picture) -> bytes:
        """What the model reads in place of a picture's tokens. Raises: EngineFailed."""
        assert isinstance(picture.content, Chunk)
        with CORES.for_answers():
            status = self._mtmd.mtmd_encode_chunk(self._context, picture.content.pointer)
        if status:
            raise self._failed("mtmd_encode_chunk", status)
        size = ctypes.sizeof(ctypes.c_float) * self._numbers * picture.cells
        return ctypes.string_at(self._mtmd.mtmd_get_output_embd(self._context), size)

    def show(self, sequence: int, position: int, picture: Picture, encoded: bytes) -> None:
        """Put a picture into the context. Raises: NoPlace, with a part of it in; EngineFailed."""
        assert isinstance(picture.content, Chunk)
        numbers = (ctypes.c_float * (self._numbers * picture.cells)).from_buffer_copy(encoded)
        nobody = self._mtmd.mtmd_helper_post_decode_callback()
        after = ctypes.c_int32()
        with CORES.for_answers():
            status = self._mtmd.mtmd_helper_decode_image_chunk(
                *(self._context, self._llama, picture.content.pointer, numbers, position),
                *(sequence, self._batch_tokens, ctypes.byref(after), nobody, None),
            )
            self._native.lib.llama_synchronize(self._llama)
        if status == NO_PLACE:
            self._native.log.take_error()
            raise NoPlace
        if status:
            raise self._failed("llama_decode", status)
        assert after.value == position + picture.places

    def _loaded(self, model: Any, options: EyesOptions, report: Callable[[float], None]) -> Any:
        progress = Progress(report)
        parameters = self._mtmd.mtmd_context_params_default()
        parameters.use_gpu = options.on_gpu
        parameters.print_timings = False
        parameters.n_threads = options.threads
        parameters.flash_attn_type = options.flash_attention
        parameters.warmup = False  # the first picture does that, if there ever is one
        parameters.image_min_tokens = options.least_tokens or -1
        parameters.image_max_tokens = options.most_tokens or -1
        parameters.progress_callback = self._mtmd.mtmd_progress_callback(progress)
        self._native.log.take_error()
        context = self._mtmd.mtmd_init_from_file(os.fsencode(options.path), model, parameters)
        if not context and not progress.stopped:
            reason = self._native.log.take_error() or "?"
            raise BadFile(NOT_LOADED.filled(path=options.path, reason=reason))
        if progress.stopped or not self._mtmd.mtmd_support_vision(context):
            self._mtmd.mtmd_free(context)
            raise progress.stopped or BadFile(NO_EYES.filled(path=options.path))
        return context

    def _picture(self, chunk: Chunk, start: int) -> Picture:
        assert chunk.picture is not None
        if self._reads_at_once and chunk.cells > self._together:
            message = TOO_WIDE.filled(cells=chunk.cells, most=self._together)
            raise PictureRefused(message, field="messages")
        key = part_key(chunk.picture, chunk.part)
        return Picture(start, chunk.places, chunk.cells, key, chunk)

    def _failed(self, name: str, status: int) -> EngineFailed:
        reason = self._native.log.take_error() or f"{name}: {status}"
        return EngineFailed(LOOK_FAILED.filled(reason=reason))
