"""Text recognition: finds lines of text in a picture and reads them, Chinese and English.

Source: PP-OCRv6 (detector, recognizer) and PP-OCR 2.0 (the direction of a line), as ONNX files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from app.vision import reading_order, regions
from app.vision.regions import Box

Floats = NDArray[np.float32]

LONGEST_SIDE = 1440  # of the picture in which lines are looked for
SHORTEST_SIDE = 320
LINE_HEIGHT = 48  # pixels, as the recognizer was trained
WIDEST_LINE = 2400  # pixels
UPSIDE_DOWN = 0.9
READABLE = 0.5
UPRIGHT = 1.5  # higher than wide by this: the line runs downwards
BATCH_PIXELS = 3200  # total width of the lines that are read together


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, with its place in the picture and how sure the recognizer is."""

    text: str
    score: float
    box: Box


@dataclass(frozen=True, slots=True)
class Models:
    """The three networks, as the bytes of their ONNX files."""

    detector: bytes
    direction: bytes
    recognizer: bytes


class Recognizer:
    """Reads pictures. Not for use by two threads at once."""

    def __init__(self, models: Models, threads: int) -> None:
        self._detector = _session(models.detector, threads)
        self._direction = _session(models.direction, threads)
        self._recognizer = _session(models.recognizer, threads)
        known = self._recognizer.get_modelmeta().custom_metadata_map["character"].split("\n")
        self._characters = ["", *known]

    def lines(self, picture: Image.Image) -> list[list[Line]]:
        """The lines of a picture in reading order, each with its pieces from left to right."""
        picture = picture.convert("RGB")
        crops = [self._turned(_crop(picture, box)) for box in self._boxes(picture)]
        read = self._read([crop.image for crop in crops])
        found = [
            Line(text, score, crop.box)
            for (text, score), crop in zip(read, crops, strict=True)
            if text.strip() and score >= READABLE
        ]
        order = reading_order.ordered(regions.levelled([line.box for line in found]))
        return [[found[index] for index in line] for line in order]

    def text(self, picture: Image.Image) -> list[str]:
        """The text alone, line by line."""
        return ["  ".join(piece.text for piece in line) for line in self.lines(picture)]

    def _boxes(self, picture: Image.Image) -> list[Box]:
        width, height = picture.size
        scale = min(LONGEST_SIDE / max(width, height), max(1.0, SHORTEST_SIDE / min(width, height)))
        size = tuple(max(32, round(side * scale / 32) * 32) for side in (width, height))
        small = picture.resize((size[0], size[1]), Image.Resampling.BILINEAR)
        likelihood = _run(self._detector, _normalized(small)[None])[0, 0]
        found = regions.find(likelihood)
        return [box.scaled(width / size[0], height / size[1]) for box in found]

    def _turned(self, crop: _Crop) -> _Crop:
        """The line the right way up."""
        small = crop.image.resize((192, LINE_HEIGHT), Image.Resampling.BILINEAR)
        upside_down = float(_run(self._direction, _normalized(small)[None])[0, 1])
        if upside_down <= UPSIDE_DOWN:
            return crop
        return _Crop(crop.image.rotate(180), crop.box.beginning_at(2))

    def _read(self, crops: list[Image.Image]) -> list[tuple[str, float]]:
        read: list[tuple[str, float]] = [("", 0.0)] * len(crops)
        for batch in _batches([_line_width(crop) for crop in crops]):
            width = max(_line_width(crops[index]) for index in batch)
            lines = np.zeros((len(batch), 3, LINE_HEIGHT, width), np.float32)
            for row, index in enumerate(batch):
                own = _line_width(crops[index])
                small = crops[index].resize((own, LINE_HEIGHT), Image.Resampling.BILINEAR)
                lines[row, :, :, :own] = _normalized(small)
            for index, likelihood in zip(batch, _run(self._recognizer, lines), strict=True):
                read[index] = self._decoded(likelihood)
        return read

    def _decoded(self, likelihood: Floats) -> tuple[str, float]:
        """The text of the best path, repeats merged, blanks (class 0) dropped.

        Shape: [steps, classes].
        """
        best = likelihood.argmax(axis=1)
        kept = (best != 0) & np.concatenate([[True], best[1:] != best[:-1]])
        if not kept.any():
            return "", 0.0
        text = "".join(
            self._characters[code] if code < len(self._characters) else " " for code in best[kept]
        )
        return text, float(likelihood.max(axis=1)[kept].mean())


def _session(model: bytes, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # Idle threads that spin would take the cores from the chat.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _run(session: onnxruntime.InferenceSession, given: Floats) -> Floats:
    result: Floats = session.run(None, {session.get_inputs()[0].name: given})[0]
    return result


def _normalized(picture: Image.Image) -> Floats:
    """Shape: [3, height, width], -1 to 1; blue first, as the networks were trained."""
    pixels = np.asarray(picture, np.float32)[:, :, ::-1]
    return np.ascontiguousarray(pixels.transpose(2, 0, 1) / 127.5 - 1.0, np.float32)


@dataclass(frozen=True, slots=True)
class _Crop:
    """A line cut out of a picture, so that its text runs to the right, and its place there."""

    image: Image.Image
    box: Box


def _crop(picture: Image.Image, box: Box) -> _Crop:
    width, height = max(1, round(box.width)), max(1, round(box.height))
    upper_left, upper_right, lower_right, lower_left = box.corners
    quad = [*upper_left, *lower_left, *lower_right, *upper_right]
    crop = picture.transform(
        (width, height), Image.Transform.QUAD, [float(v) for v in quad], Image.Resampling.BICUBIC
    )
    if height < width * UPRIGHT:
        return _Crop(crop, box)
    return _Crop(crop.rotate(90, expand=True), box.beginning_at(1))


def _line_width(crop: Image.Image) -> int:
    return min(WIDEST_LINE, max(16, round(LINE_HEIGHT * crop.width / crop.height)))


def _batches(widths: list[int]) -> Iterator[list[int]]:
    """Lines of like widths together, so that little is padding."""
    batch: list[int] = []
    for index in sorted(range(len(widths)), key=lambda index: widths[index]):
        if batch and widths[index] * (len(batch) + 1) > BATCH_PIXELS:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
