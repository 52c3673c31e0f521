"""`assistant chat`: a conversation in the terminal, or the answer to one question."""

from __future__ import annotations

import sys
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from app import assembly
from app.bundle.parts import parts
from app.cli.conversation import Conversation
from app.cli.loading import preparing, wait_ready
from app.cli.piped import piped_text
from app.cli.terminal import Terminal
from app.cli.verbs import Start
from app.errors import AssistantError, BadSettings
from app.language import Text

if TYPE_CHECKING:
    from app.cli.editor import Editor

NOTHING_ASKED = Text(
    'There is no question. Ask one: assistant chat "Why is the sky blue?"',
    '没有问题。请这样提问：assistant chat "天空为什么是蓝色的？"',
)
WELCOME = Text(
    "Ask away. /help shows what else there is; Ctrl-D leaves.",
    "请提问。输入 /help 查看其他用法，按 Ctrl-D 退出。",
)
HELP = Text(
    "/new    start a new conversation\n"
    "/exit   leave (Ctrl-D as well)\n"
    "/help   show this\n"
    "Ctrl-C  stop an answer\n"
    "Arrow up brings back an earlier question.",
    "/new    开始新的对话\n"
    "/exit   退出（也可按 Ctrl-D）\n"
    "/help   显示本说明\n"
    "Ctrl-C  停止正在生成的回答\n"
    "按向上键可找回之前的问题。",
)
AFRESH = Text("A new conversation.", "已开始新的对话。")
NO_COMMAND = Text(
    "There is no command {name}. /help lists them.", "没有 {name} 这个命令。输入 /help 查看。"
)


def run(start: Start) -> int:
    """Raises: BadSettings where nothing was asked; what the engine fails with."""
    watched = sys.stdin is not None and sys.stdin.isatty()
    question = " ".join(start.words).strip()
    piped = piped_text()
    if not (watched or question or piped):
        raise BadSettings(NOTHING_ASKED)
    with ExitStack() as until_the_end:
        with preparing(start.terminal):
            engine = until_the_end.enter_context(assembly.engine(start.settings, parts()))
        conversation = Conversation(engine, assembly.manner_of(start.settings))
        if question or piped:
            wait_ready(engine, start.terminal)
            _answer(conversation, asked(question, piped), start.terminal)
            return 0
        from app.cli.editor import Editor

        editor = Editor(start.settings.data)
        wait_ready(engine, start.terminal)
        _converse(conversation, editor, start.terminal)
    return 0


def asked(question: str, piped: str) -> str:
    """One message: the text that was piped in, then the question about it."""
    return "\n\n".join(part for part in (piped, question) if part)


def _converse(conversation: Conversation, editor: Editor, terminal: Terminal) -> None:
    terminal.say(WELCOME)
    while True:
        try:
            line = editor.line().strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        if line in ("/exit", "/quit"):
            return
        if line.startswith("/"):
            _command(line, conversation, terminal)
        elif line:
            _answer_until_stopped(conversation, line, terminal)


def _command(line: str, conversation: Conversation, terminal: Terminal) -> None:
    if line == "/new":
        conversation.forget()
        terminal.say(AFRESH)
    elif line == "/help":
        terminal.say(HELP)
    else:
        terminal.say(NO_COMMAND.filled(name=line.split()[0]))


def _answer_until_stopped(conversation: Conversation, question: str, terminal: Terminal) -> None:
    try:
        _answer(conversation, question, terminal)
    except KeyboardInterrupt:
        terminal.say(Text("\n[stopped]", "\n[已停止]"))
    except AssistantError as error:
        terminal.note(error.message)


def _answer(conversation: Conversation, question: str, terminal: Terminal) -> None:
    with closing(conversation.ask(question)) as answer, terminal.thinking() as stream:
        for text in answer:
            stream(text)
    terminal.say("")
