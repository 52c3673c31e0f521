"""The program's log: kept in a file or shown in the terminal when asked for, else nowhere."""

from __future__ import annotations

from app.cli.terminal import Terminal
from app.errors import BadSettings
from app.language import Text
from app.notices import NOTICE, notices
from app.settings import Settings

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def say_notices(terminal: Terminal) -> None:
    """What a person should hear in any case is said there; the log has it, too."""
    import logging

    class Saying(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            terminal.note(getattr(record, NOTICE))

    notices().handlers[:] = [Saying()]


def keep_log(settings: Settings) -> None:
    """Raises: BadSettings when the log file cannot be written."""
    import logging

    root = logging.getLogger()
    root.addHandler(logging.NullHandler())
    if settings.verbose:
        root.addHandler(logging.StreamHandler())
    if settings.log_file:
        try:
            settings.log_file.parent.mkdir(parents=True, exist_ok=True)
            root.addHandler(logging.FileHandler(settings.log_file, encoding="utf-8"))
        except OSError as error:
            raise BadSettings(
                Text(
                    "The log file {path} cannot be written: {reason}. Choose another --log-file.",
                    "无法写入日志文件 {path}：{reason}。请用 --log-file 换一个。",
                ).filled(path=settings.log_file, reason=error.strerror)
            ) from error
    for handler in root.handlers:
        handler.setFormatter(logging.Formatter(FORMAT))
    root.setLevel(logging.DEBUG if settings.verbose else logging.INFO)
