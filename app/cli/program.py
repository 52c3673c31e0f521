"""From the command line to an exit status: 0 done, 1 failed, 2 wrong usage, 3 the processor."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from app import __version__
from app.cli.log import keep_log, say_notices
from app.cli.surroundings import surroundings
from app.cli.terminal import Terminal, forget_output, standard
from app.cli.verbs import SERVE, VERBS, Start, Verb
from app.errors import AssistantError, BadSettings, ProcessorTooOld
from app.language import Text
from app.settings import (
    CommandLine,
    Settings,
    language_of,
    of_arguments,
    read_settings,
    unknown,
)

INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def main(arguments: Sequence[str]) -> int:
    """Runs what the command line asks for, and returns the exit status."""
    terminal = standard(language_of((), os.environ))
    try:
        verb, line = _understood(arguments)
        terminal = standard(language_of(line.given, os.environ))
        if told := _told_at_once(verb, line, terminal):
            terminal.say(told)
            return 0
        settings = read_settings(line.given, surroundings())
    except Exception as error:
        return _failed(error, terminal, None)
    return _run(verb, settings, line, replace(terminal, language=settings.lang))


def _told_at_once(verb: Verb, line: CommandLine, terminal: Terminal) -> str | None:
    """What a flag like --version asks to be told, without a look at any other setting."""
    switches = line.switches
    if "help" in switches:
        from app.cli.help import page

        return page(verb, terminal)
    return f"assistant {__version__}" if "version" in switches else None


def _run(verb: Verb, settings: Settings, line: CommandLine, terminal: Terminal) -> int:
    try:
        own = verb.own(line.given)
        keep_log(settings)
        say_notices(terminal)
        return verb.run(Start(settings, terminal, line.words, line.switches, own))
    except KeyboardInterrupt:
        if terminal.is_watched:
            terminal.note("")  # what the shell says next begins on a line of its own
        return INTERRUPTED
    except BrokenPipeError:
        forget_output()
        return 1
    except Exception as error:
        return _failed(error, terminal, settings)


def _failed(error: Exception, terminal: Terminal, settings: Settings | None) -> int:
    if not isinstance(error, AssistantError):
        from app.cli.crash import report

        return report(error, terminal, settings)
    terminal.note(error.message)
    return _status(error)


def _status(error: AssistantError) -> int:
    if isinstance(error, ProcessorTooOld):
        return 3
    return 2 if isinstance(error, BadSettings) else 1


def _understood(arguments: Sequence[str]) -> tuple[Verb, CommandLine]:
    """The verb, and the rest of the command line read with the flags that this verb knows.

    Raises: BadSettings for a verb or a flag that does not exist.
    """
    known = {option for verb in VERBS for option in verb.options}
    words = of_arguments(arguments, known).words
    verb = _verb(words[0]) if words else SERVE
    line = of_arguments(arguments, verb.options)
    line = CommandLine(line.given, line.words[1:])
    if line.words and verb.words is None:
        extra = line.words[0]
        raise BadSettings(
            Text(
                f"There is nothing to do with “{extra}”. “assistant --help” shows the usage.",
                f"不知道该如何处理“{extra}”。用 assistant --help 查看用法。",
            )
        )
    return verb, line


def _verb(word: str) -> Verb:
    by_name = {verb.name: verb for verb in VERBS if verb.name}
    if word not in by_name:
        raise unknown(Text(f"There is no verb “{word}”.", f"没有“{word}”这个命令。"), word, by_name)
    return by_name[word]
