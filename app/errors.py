"""Everything a person can run into, as one tree.

AssistantError
├── BadRequest            a value that was sent is wrong (names its field)
│   ├── PromptTooLong     the prompt does not fit the context
│   ├── NotSupported      a part of the protocol that the assistant does not speak
│   ├── SourceRefused     a file or address that may not, or cannot, be taken in
│   ├── SoundRefused      a recording without sound or speech, or too long
│   ├── NotSpoken         a text in a language that no voice here speaks
│   ├── PictureRefused    a picture that is none, or is too large
│   └── NotFound          no such thing under that name
├── SwitchedOff           a part that this start of the assistant leaves off
├── Unauthorized          the API key is missing or wrong
│   └── NotPaired         a device of the network that was not let in
├── WrongCode             what should let a device in is wrong, used or too old
├── ProfileLocked         a profile is behind a PIN, or the PIN is wrong
├── TooManyTries          a PIN was wrong too often
├── Forbidden             another site's page asks, or a name that is not this server's
├── TooManyRequests       one device asks too much at once
├── Busy                  no place in the queue just now
├── StillLoading          the model is not ready yet
├── Cancelled             the one who asked has gone, or the program is ending
├── EngineFailed          llama.cpp reported a failure
├── ModelChanged          the file of a model is not what was loaded any more
├── LibraryFailed         the folder of documents cannot be opened
├── HistoryFailed         the conversations cannot be opened
├── DevicesFailed         the list of devices cannot be opened
├── VectorsFailed         the store of vectors, or its server, does not answer
├── SpeechFailed          the recognition of speech, or the voice, stopped working
├── VisionFailed          the recognition of text in pictures does not work
├── DiskFull              there is no room for what should be kept
├── NotWritable           what should be kept lies where nothing can be written
├── StoreDamaged          a file of what is kept is damaged
├── AddressTaken          another program has the port, or the address is not to be had
├── ProgramReplaced       this program's own file is gone, so that it starts no children
├── BadSettings           a flag, an environment variable or config.toml holds a wrong value
├── BadFile               a model or this executable is damaged, or not what it should be
└── ProcessorTooOld       the processor lacks an instruction that the program needs
"""

from __future__ import annotations

import errno
import sys
from pathlib import Path

from app.language import Language, Text


class AssistantError(Exception):
    """A failure with a message for people: what happened, and what to do about it."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message

    def in_language(self, language: Language) -> str:
        """The message in one language."""
        return self.message.of(language)


class BadRequest(AssistantError):
    """A value that was sent is wrong; `field` is its path in what was sent, if it has one."""

    def __init__(self, message: Text, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class PromptTooLong(BadRequest):
    """The prompt does not fit the context. Sizes in tokens."""

    def __init__(self, prompt_tokens: int, context_tokens: int) -> None:
        super().__init__(
            Text(
                "The prompt has {prompt} tokens, which exceeds the available context size of "
                "{context} tokens. Shorten it, or start the assistant with a larger --ctx-size.",
                "提示词有 {prompt} 个词元，而上下文只能容纳 {context} 个。请缩短内容，"
                "或用更大的 --ctx-size 启动。",
            ).filled(prompt=prompt_tokens, context=context_tokens),
            field="messages",
        )
        self.prompt_tokens = prompt_tokens
        self.context_tokens = context_tokens


class NotSupported(BadRequest):
    """A part of the protocol that the assistant does not speak."""


class SourceRefused(BadRequest):
    """A file or address that may not, or cannot, be taken in."""


class SoundRefused(BadRequest):
    """A recording that holds no sound or no speech, or is too long."""


class NotSpoken(BadRequest):
    """A text in a language that no voice here speaks."""


class PictureRefused(BadRequest):
    """A picture that is none, or is too large."""


class NotFound(BadRequest):
    """No such thing under that name."""


class SwitchedOff(AssistantError):
    """A part that this start of the assistant leaves off, or that this model lacks."""


class Unauthorized(AssistantError):
    """The API key is missing or wrong."""


class NotPaired(Unauthorized):
    """A device of the network that was not let in."""


class WrongCode(AssistantError):
    """What should let a device in is wrong, used or too old."""


class ProfileLocked(AssistantError):
    """A profile is behind a PIN, or the PIN is wrong."""


class TooManyTries(AssistantError):
    """A PIN was wrong too often. `retry_after_s`: when to try again, in seconds."""

    def __init__(self, message: Text, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Forbidden(AssistantError):
    """Another site's page asks, or the request is for a name that is not this server's."""


class TooManyRequests(AssistantError):
    """One device asks too much at once. `retry_after_s`: when to try again, in seconds."""

    def __init__(self, message: Text, retry_after_s: int = 1) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Busy(AssistantError):
    """No place in the queue just now. `retry_after_s`: when to try again, in seconds."""

    def __init__(self, message: Text, retry_after_s: int = 1) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class StillLoading(AssistantError):
    """The model is not ready yet. `progress`: 0 to 1."""

    def __init__(self, progress: float) -> None:
        super().__init__(
            Text(
                "The model is still loading ({percent}%). Try again in a moment.",
                "模型正在加载（{percent}%），请稍候再试。",
            ).filled(percent=round(progress * 100))
        )
        self.progress = progress


class Cancelled(AssistantError):
    """The one who asked has gone, or the program is ending."""


class EngineFailed(AssistantError):
    """llama.cpp reported a failure."""


class ModelChanged(AssistantError):
    """The file of a model that is in use is not what was loaded any more."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            Text(
                "The model in {path} was changed or cut short while it is in use, or cannot be "
                "read any more. Start the assistant again when the file is whole; until then "
                "everything else works.",
                "{path} 中的模型在使用过程中被修改、截断或无法再读取。请在文件恢复完整后"
                "重新启动助手；在此之前，其他功能照常可用。",
            ).filled(path=path)
        )


class LibraryFailed(AssistantError):
    """The folder of documents cannot be opened."""


class HistoryFailed(AssistantError):
    """The conversations cannot be opened."""


class DevicesFailed(AssistantError):
    """The list of devices cannot be opened."""


class VectorsFailed(AssistantError):
    """The store of vectors, or its server, does not answer."""


class SpeechFailed(AssistantError):
    """The recognition of speech, or the voice, stopped working."""


class VisionFailed(AssistantError):
    """The recognition of text in pictures does not work."""


_FULL_DISK = Text(
    "The disk is full: this could not be kept. Make room, then try again. What was "
    "kept before is unharmed.",
    "磁盘已满，无法保存。请清理空间后重试；之前保存的内容不受影响。",
)


class DiskFull(AssistantError):
    """There is no room for what should be kept; what was kept before is unharmed."""

    def __init__(self, message: Text = _FULL_DISK) -> None:
        super().__init__(message)


_READ_ONLY_FOLDER = Text(
    "This could not be kept: the data folder cannot be written to. Allow that, or name "
    "another folder: --data FOLDER",
    "无法保存：数据文件夹不可写。请允许写入，或用 --data 指定其他文件夹。",
)


class NotWritable(AssistantError):
    """What should be kept lies where nothing can be written."""

    def __init__(self, message: Text = _READ_ONLY_FOLDER) -> None:
        super().__init__(message)


_DAMAGED_FILE = Text(
    "A file in the data folder is damaged. Start the assistant again: the file is then "
    "put aside, and made anew from what can be read.",
    "数据文件夹中有文件已损坏。请重新启动助手：损坏的文件会被移到一旁，并用仍可读取的内容重建。",
)


class StoreDamaged(AssistantError):
    """A file of what is kept is damaged."""

    def __init__(self, message: Text = _DAMAGED_FILE) -> None:
        super().__init__(message)


class AddressTaken(AssistantError):
    """Another program has the port, or the address is not to be had. `taken`: the former."""

    def __init__(self, message: Text, taken: bool) -> None:
        super().__init__(message)
        self.taken = taken


class ProgramReplaced(AssistantError):
    """This program's own file is not there any more, so that it cannot start its children."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "The assistant's own file, {path}, was replaced, moved or deleted while it runs: "
                "it cannot read documents, pictures and recordings, or speak, until it is started "
                "again.",
                "助手自身的文件 {path} 在运行过程中被替换、移动或删除：重新启动之前，"
                "无法读取文档、图片和录音，也无法朗读。",
            ).filled(path=sys.executable)
        )


class BadSettings(AssistantError):
    """A flag, an environment variable or config.toml holds a wrong value."""


class BadFile(AssistantError):
    """A model or this executable is damaged, or not what it should be."""


class ProcessorTooOld(AssistantError):
    """The processor lacks an instruction that the program needs."""


# SQLite's codes. Source: sqlite.org/rescode.html
_FULL, _READ_ONLY, _NOT_OPENED, _DAMAGED, _BUSY = 13, 8, 14, (11, 26), (5, 6)


def of_system(error: Exception) -> AssistantError | None:
    """What the system or SQLite failed with, where a person can do something about it."""
    if isinstance(error, DiskFull | NotWritable | StoreDamaged | ProgramReplaced):
        return error
    if type(error).__module__ == "sqlite3":
        return _of_sqlite(error)
    number = getattr(error, "errno", None)
    if isinstance(error, OSError) and error.filename == sys.executable:
        return ProgramReplaced()
    if number in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull()
    return NotWritable() if number == errno.EROFS else None


def _of_sqlite(error: Exception) -> AssistantError | None:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code == _FULL:
        return DiskFull()
    if code in (_READ_ONLY, _NOT_OPENED):
        return NotWritable()
    if code in _DAMAGED:
        return StoreDamaged()
    if code in _BUSY:
        return Busy(Text("The disk is busy. Try again.", "磁盘繁忙，请稍后再试。"))
    if "closed database" in str(error):
        return Cancelled(Text("What is kept is just being closed.", "数据正在关闭。"))
    return None
