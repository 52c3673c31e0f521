"""What `--help` prints, made from the tables of verbs and options."""

from __future__ import annotations

from collections.abc import Iterator

from app import __version__
from app.cli.terminal import Terminal
from app.cli.verbs import SERVE, VERBS, Verb
from app.cli.width import padded, wrapped
from app.language import Text
from app.settings import GROUPS, Option

INDENT = "  "
DEEPER = "      "


def page(verb: Verb, terminal: Terminal) -> str:
    """The help of one verb; of all of them where there is none."""
    sections = [
        f"assistant {__version__}: " + terminal.told(_summary(verb)),
        _usage(verb, terminal),
        *([_verbs(terminal)] if verb is SERVE else []),
        *_groups(verb, terminal),
        _sources(terminal),
        _examples(verb, terminal),
    ]
    return "\n\n".join(sections)


def _summary(verb: Verb) -> Text:
    if verb is SERVE:
        return Text(
            "a whole personal assistant, offline, in one file.",
            "一个文件，就是一个完整的离线个人助手。",
        )
    return verb.summary


def _usage(verb: Verb, terminal: Terminal) -> str:
    flags = terminal.told(Text("[FLAGS]", "[选项]"))
    name = terminal.told(Text("[VERB]", "[命令]")) if verb is SERVE else verb.name
    words = [terminal.told(verb.words)] if verb.words else []
    return terminal.told(Text("Usage: ", "用法：")) + " ".join(["assistant", name, flags, *words])


def _verbs(terminal: Terminal) -> str:
    none = terminal.told(Text("(none)", "（无）"))
    lines = [
        INDENT + padded(verb.name or none, 8) + "  " + terminal.told(verb.summary) for verb in VERBS
    ]
    return "\n".join([terminal.told(Text("Verbs", "命令")), *lines])


def _groups(verb: Verb, terminal: Terminal) -> Iterator[str]:
    own = [option.group for option in verb.own_options]
    for group in (*dict.fromkeys(own), *GROUPS):
        options = [option for option in verb.options if option.group == group]
        yield "\n".join([terminal.told(group), *(_option(option, terminal) for option in options)])


def _option(option: Option, terminal: Terminal) -> str:
    value = f" {terminal.told(option.kind.placeholder)}" if option.kind.placeholder else ""
    told = terminal.told(option.help)
    if option.kind.placeholder and option.default is not None:
        told += terminal.told(Text(" Default: {it}.", "默认：{it}。").filled(it=option.default))
    head = INDENT + ", ".join(option.flags) + value
    return head + "\n" + wrapped(told, min(terminal.width, 80), DEEPER)


def _sources(terminal: Terminal) -> str:
    told = Text(
        "Every flag can also stand in the environment (ASSISTANT_CTX_SIZE=4096) or in "
        "config.toml in the data folder (ctx-size = 4096). The command line wins over the "
        "environment, and that over the file.",
        "每个选项也可以写在环境变量（ASSISTANT_CTX_SIZE=4096）或数据文件夹的 config.toml"
        "（ctx-size = 4096）里。命令行优先于环境变量，环境变量优先于文件。",
    )
    return wrapped(terminal.told(told), min(terminal.width, 80))


def _examples(verb: Verb, terminal: Terminal) -> str:
    examples = [
        example
        for each in (VERBS if verb is SERVE else (verb,))
        for example in (each.examples[:2] if verb is SERVE else each.examples)
    ]
    lines = [f"{INDENT}{line}\n{DEEPER}{terminal.told(told)}" for line, told in examples]
    return "\n".join([terminal.told(Text("Examples", "示例")), *lines])
