"""Where settings come from: the command line, the environment and config.toml."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from app.errors import BadSettings
from app.language import Text
from app.settings.kinds import Switch
from app.settings.llama_server import MOOT, reason_against
from app.settings.options import Option

NEGATIVE_NUMBER = re.compile(r"-\d+")


class Rank(IntEnum):
    """The sources in order: a later one wins."""

    PACKED = 0
    FILE = 1
    ENVIRONMENT = 2
    COMMAND_LINE = 3


@dataclass(frozen=True, slots=True)
class Given:
    """One setting as a source gave it; `where` says in words which source that was."""

    option: Option
    text: str
    rank: Rank
    where: Text

    def value(self) -> Any:
        """Raises: BadSettings, saying what is allowed."""
        try:
            return self.option.kind.read(self.text)
        except ValueError:
            raise self.wrong() from None

    def wrong(self) -> BadSettings:
        """The error that says what is allowed in place of this text."""
        name, allowed = self.option.flag, self.option.kind.allowed
        return BadSettings(
            Text(
                f"{name} must be {allowed.en}, not “{self.text}” ({self.where.en}).",
                f"{name} 应为{_spaced(allowed.zh)}，而不是“{self.text}”（{self.where.zh}）。",
            )
        )


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The command line, taken apart: flags, and the words that are not flags."""

    given: tuple[Given, ...]
    words: tuple[str, ...]

    @property
    def switches(self) -> frozenset[str]:
        """The flags that no other source can set, like --help, and are on."""
        return frozenset(
            each.option.name for each in self.given if each.option.flag_only and each.value()
        )


def of_arguments(
    arguments: Sequence[str],
    options: Iterable[Option],
    rank: Rank = Rank.COMMAND_LINE,
    where: Text = Text("on the command line", "来自命令行"),  # noqa: B008 (immutable)
) -> CommandLine:
    """Reads `--flag value`, `--flag=value` and words; after `--` everything is a word.

    Raises: BadSettings for an unknown flag (with the nearest one) and a missing value.
    """
    by_flag = {flag: option for option in options for flag in (*option.flags, *option.off)}
    given: list[Given] = []
    words: list[str] = []
    rest = list(arguments)
    while rest:
        argument = rest.pop(0)
        if argument == "--":
            words += rest
            break
        if not _is_flag(argument):
            words.append(argument)
            continue
        flag, equals, value = argument.partition("=")
        flag = _spelled(flag)
        if flag in MOOT:
            del rest[: MOOT[flag] if not equals else 0]
            continue
        if flag not in by_flag:
            raise reason_against(flag) or unknown(
                Text(f"There is no flag {flag}.", f"没有 {flag} 这个选项。"), flag, by_flag
            )
        text = value if equals else _value(flag, by_flag[flag], rest)
        given.append(Given(by_flag[flag], text, rank, where))
    return CommandLine(tuple(given), tuple(words))


def _is_flag(argument: str) -> bool:
    return argument.startswith("-") and argument != "-" and not NEGATIVE_NUMBER.match(argument)


def _spelled(flag: str) -> str:
    """llama-server takes _ for - in its long flags."""
    return flag.replace("_", "-") if flag.startswith("--") else flag


def _value(flag: str, option: Option, rest: list[str]) -> str:
    if isinstance(option.kind, Switch):
        return "false" if flag in option.off else "true"
    if not rest or _is_flag(rest[0]):
        allowed = option.kind.allowed
        raise BadSettings(
            Text(
                f"{flag} needs a value: {allowed.en}.",
                f"{flag} 后面需要一个值：{allowed.zh}。",
            )
        )
    return rest.pop(0)


def of_environment(environment: Mapping[str, str], options: Iterable[Option]) -> list[Given]:
    """The settings among the environment variables; an empty one counts as not set."""
    return [
        Given(
            option,
            environment[option.variable],
            Rank.ENVIRONMENT,
            Text("environment variable {name}", "来自环境变量 {name}").filled(name=option.variable),
        )
        for option in options
        if not option.flag_only and environment.get(option.variable)
    ]


def of_file(path: Path, options: Iterable[Option]) -> list[Given]:
    """The settings in config.toml; none where there is no such file.

    Raises: BadSettings, with the line, when it is not TOML or holds an unknown key.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        if not os.path.lexists(path):
            return []
        raise BadSettings(
            Text("{path} cannot be read: {error}.", "无法读取 {path}：{error}。").filled(
                path=path, error=error
            )
        ) from error
    return [_of_key(path, text, key, value, options) for key, value in _toml(path, text).items()]


def _toml(path: Path, text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(
            Text("{path} is not valid TOML: {error}.", "{path} 不是有效的 TOML：{error}。").filled(
                path=path, error=error
            )
        ) from error


def _of_key(path: Path, text: str, key: str, value: Any, options: Iterable[Option]) -> Given:
    where = Text("{path}, line {line}", "{path} 第 {line} 行").filled(
        path=path, line=_line(text, key)
    )
    by_key = {option.key: option for option in options if option.in_file and not option.flag_only}
    option = by_key.get(key.replace("_", "-"))
    if option is None:
        told = Text(
            f"There is no setting {key} ({where.en}).", f"没有 {key} 这项设置（{where.zh}）。"
        )
        raise unknown(told, key, by_key)
    given = Given(option, str(value), Rank.FILE, where)
    if not isinstance(value, str | int):
        raise given.wrong()
    return given


def _line(text: str, key: str) -> int:
    pattern = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}\b""")
    lines = enumerate(text.splitlines(), start=1)
    return next((number for number, line in lines if pattern.match(line)), 1)


def unknown(told: Text, name: str, known: Iterable[str]) -> BadSettings:
    """The error for a name that does not exist, with the nearest one that does."""
    import difflib

    if near := difflib.get_close_matches(name, list(known), n=1, cutoff=0.5):
        return BadSettings(
            Text(f"{told.en} Did you mean {near[0]}?", f"{told.zh}您想用的是 {near[0]} 吗？")
        )
    return BadSettings(
        Text(f"{told.en} --help lists what there is.", f"{told.zh}--help 会列出所有可用的项。")
    )


def _spaced(text: str) -> str:
    """Chinese typography: a space between a Chinese character and a Latin one."""
    return f" {text}" if text[:1].isascii() else text
