"""`assistant backup` and `assistant restore`: all that is kept in one file, and back again."""

from __future__ import annotations

from pathlib import Path

from app.assembly.backup.archive import backup
from app.assembly.backup.restoring import restore
from app.assembly.claim import Claim
from app.cli.checks import gigabytes
from app.cli.verbs import Start
from app.errors import AssistantError, BadSettings
from app.language import Text

ONE_FILE = Text("Name one file: assistant {verb} FILE", "请指定一个文件：assistant {verb} 文件")
NO_FOLDER = Text(
    "There is no data folder. Name one: --data FOLDER", "没有数据文件夹。请用 --data 指定一个。"
)
NOTHING = Text("There is nothing to back up in {data}.", "{data} 中没有需要备份的内容。")
WORKING = Text("Copying …", "正在复制……")
MADE = Text(
    "{path}: {files} files, {size}. It holds all that you said and added: keep it safe.",
    "{path}：{files} 个文件，{size}。其中包含您说过和添加的全部内容，请妥善保管。",
)
WITHOUT_VECTORS = Text(
    "Vectors are not in it, since an assistant is working with them; they are made anew after a "
    "restore.",
    "由于有助手正在使用，其中不含向量；恢复后会重新生成。",
)
UNPACKING = Text("Checking and unpacking …", "正在检查和解压……")
RESTORED = Text("Restored: {files} files.", "已恢复 {files} 个文件。")
BEFORE = Text("What was there before is in {before}.", "之前的数据保存在 {before} 中。")
LATER = Text(
    "Still to come, when the assistant starts again: {names}.", "助手下次启动时恢复：{names}。"
)
NO_FILE = Text("{path} cannot be used: {reason}.", "无法使用 {path}：{reason}。")


def make(start: Start) -> int:
    """Returns the exit status. Raises: AssistantError."""
    data, target = _data(start), _file(start, "backup")
    if not data.is_dir() or not any(data.iterdir()):
        raise AssistantError(NOTHING.filled(data=data))
    start.terminal.note(WORKING)
    claim = Claim(data / "documents")
    alone = claim.take() if (data / "documents").is_dir() else True
    try:
        made = backup(data, target, vectors=alone)
    except OSError as error:
        raise _failed(target, error) from error
    finally:
        claim.release()
    size = gigabytes(target.stat().st_size)
    start.terminal.say(MADE.filled(path=target, files=len(made.files), size=size))
    if not alone and not made.vectors:
        start.terminal.say(WITHOUT_VECTORS)
    return 0


def bring_back(start: Start) -> int:
    """Returns the exit status. Raises: AssistantError."""
    data, archive = _data(start), _file(start, "restore")
    start.terminal.note(UNPACKING)
    try:
        data.mkdir(parents=True, exist_ok=True)
        done = restore(data, archive, Claim(data))
    except OSError as error:
        raise _failed(archive, error) from error
    start.terminal.say(RESTORED.filled(files=done.files))
    if done.before is not None and done.before.exists():
        start.terminal.say(BEFORE.filled(before=done.before))
    if done.later:
        start.terminal.say(LATER.filled(names=", ".join(done.later)))
    return 0


def _data(start: Start) -> Path:
    if start.settings.data is None:
        raise BadSettings(NO_FOLDER)
    return start.settings.data


def _file(start: Start, verb: str) -> Path:
    if len(start.words) != 1:
        raise BadSettings(ONE_FILE.filled(verb=verb))
    return Path(start.words[0]).expanduser()


def _failed(path: Path, error: OSError) -> AssistantError:
    reason = error.strerror or str(error)
    return AssistantError(NO_FILE.filled(path=path, reason=reason))
