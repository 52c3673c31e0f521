"""What became of a document, in words that a person can read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from app.language import Text

Reason = Literal[
    "password", "empty", "no-text", "damaged", "unknown", "too-large", "too-slow", "memory",
    "crashed", "no-ocr", "no-speech", "too-deep", "page", "not-opened", "not-fetched",
    "not-heard",
]  # fmt: skip

MESSAGES: dict[Reason, Text] = {
    "password": Text(
        "It is protected by a password. Save a copy without one and add that.",
        "文件有密码保护。请另存一份不带密码的副本再添加。",
    ),
    "empty": Text("The file is empty (0 bytes).", "文件是空的（0 字节）。"),
    "no-text": Text("No text was found in it.", "没有从中找到任何文字。"),
    "damaged": Text(
        "It is damaged or incomplete and could not be read. Open it in its own program and "
        "save it again.",
        "文件已损坏或不完整，无法读取。请用原来的程序打开并重新保存。",
    ),
    "unknown": Text(
        "Its format is not one that can be read.",
        "无法识别这种文件格式。",
    ),
    "too-large": Text(
        "It is larger than the limit of {detail}.",
        "文件超过了 {detail} 的上限。",
    ),
    "too-slow": Text(
        "Reading it took longer than {detail} seconds and was stopped.",
        "读取时间超过 {detail} 秒，已中止。",
    ),
    "memory": Text(
        "Reading it needed more memory than the limit allows.",
        "读取所需的内存超过了上限。",
    ),
    "crashed": Text(
        "The reader stopped working on this file.",
        "读取程序在处理这个文件时意外中止。",
    ),
    "no-ocr": Text(
        "It is a picture or a scan, and text recognition is not available here.",
        "这是图片或扫描件，而此处没有文字识别功能。",
    ),
    "no-speech": Text(
        "It is a recording, and speech recognition is not available here.",
        "这是录音，而此处没有语音识别功能。",
    ),
    "not-heard": Text("The recording could not be heard.", "无法识别这段录音。"),
    "too-deep": Text(
        "Files are packed inside one another too deeply; what lies deeper was left out.",
        "文件嵌套层数过深，更深的内容已略过。",
    ),
    "not-opened": Text(
        "The file is not there any more, or may not be read.", "文件已不存在，或没有读取权限。"
    ),
    "not-fetched": Text("The address could not be fetched.", "无法获取该地址。"),
    "page": Text("It could not be read.", "无法读取。"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not read, and why. `where`: the file inside the file, if it is one."""

    reason: Reason
    detail: str = ""
    page: int | None = None
    where: str = ""
    said: tuple[str, str] | None = None  # an error's own words, in English and Chinese

    @property
    def message(self) -> Text:
        """The problem with its place in front."""
        said = MESSAGES[self.reason].filled(detail=self.detail)
        if self.said is not None:
            said = Text(*self.said)
        if self.page is not None:
            said = Text(f"Page {self.page}: {said.en}", f"第 {self.page} 页：{said.zh}")
        if self.where:
            said = Text(f"{self.where}: {said.en}", f"{self.where}：{said.zh}")
        return said


def problem_of(values: dict[str, Any]) -> Problem:
    """A problem out of JSON."""
    said = values.get("said")
    return Problem(**{**values, "said": tuple(said) if said else None})


@dataclass(frozen=True, slots=True)
class Report:
    """How the reading of one document went."""

    format: str
    pages: int = 0
    ocr_pages: int = 0
    characters: int = 0
    problems: tuple[Problem, ...] = ()
    unheard: int = 0  # recordings inside it that are still to be transcribed

    @property
    def refused(self) -> Problem | None:
        """The reason why nothing at all of the document can be found; None where some can."""
        if self.characters:
            return None
        return self.problems[0] if self.problems else Problem("no-text")

    @property
    def summary(self) -> Text:
        """The report in one line."""
        if self.refused:
            return self.refused.message
        en = [f"{self.characters:,} characters"]
        zh = [f"{self.characters:,} 个字符"]
        if self.pages:
            en.insert(0, f"{self.pages:,} page{'s' * (self.pages != 1)}")
            zh.insert(0, f"{self.pages:,} 页")
        if self.ocr_pages:
            en.append(f"{self.ocr_pages:,} by text recognition")
            zh.append(f"其中 {self.ocr_pages:,} 页来自文字识别")
        if self.unheard:
            en.append(f"{self.unheard:,} recording{'s' * (self.unheard != 1)} being transcribed")
            zh.append(f"{self.unheard:,} 段录音正在转写")
        if self.problems:
            en.append(f"{len(self.problems)} not read")
            zh.append(f"{len(self.problems)} 处未能读取")
        return Text(", ".join(en) + ".", "，".join(zh) + "。")
