"""What the program can be told to do, in one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.cli.terminal import Terminal
from app.language import Text
from app.settings import OPTIONS, Option, Settings
from app.settings.kinds import Switch


@dataclass(frozen=True, slots=True)
class Start:
    """One start of the program: its settings, the words after the verb, the verb's own flags."""

    settings: Settings
    terminal: Terminal
    words: tuple[str, ...] = ()
    switches: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing to do. `words`: what may follow it; None: nothing."""

    name: str
    summary: Text
    run: Callable[[Start], int]
    examples: tuple[tuple[str, Text], ...]
    words: Text | None = None
    own_options: tuple[Option, ...] = ()

    @property
    def options(self) -> tuple[Option, ...]:
        """All flags it knows."""
        return (*self.own_options, *OPTIONS)


# Each verb's module is imported when it runs: `--version` must not wait for a web framework.
def _serve(start: Start) -> int:
    from app.cli.serve import run

    return run(start)


def _chat(start: Start) -> int:
    from app.cli.chat import run

    return run(start)


def _doctor(start: Start) -> int:
    from app.cli.doctor import run

    return run(start)


SERVE = Verb(
    "",
    Text(
        "Serve the page and the API, and open the page in the browser.",
        "提供网页和 API，并在浏览器中打开网页。",
    ),
    _serve,
    (
        ("assistant", Text("start, and open the page", "启动并打开网页")),
        (
            "assistant -m model.gguf --port 9000",
            Text("another model, another port", "换一个模型和端口"),
        ),
        (
            "assistant --host 0.0.0.0 --api-key KEY",
            Text("for everyone in the network who has the key", "供网络中持有密钥的人使用"),
        ),
    ),
)

CHAT = Verb(
    "chat",
    Text("Talk in the terminal, or answer one question.", "在终端里对话，或只回答一个问题。"),
    _chat,
    (
        ("assistant chat", Text("a conversation", "开始对话")),
        (
            'assistant chat "Why is the sky blue?"',
            Text("one answer", "回答一个问题"),
        ),
        (
            'assistant chat "Summarise this." < letter.txt',
            Text("a question about a text", "就一段文字提问"),
        ),
    ),
    words=Text("[QUESTION]", "[问题]"),
)

DOCTOR = Verb(
    "doctor",
    Text(
        "Look this machine over, and advise where something is off.",
        "检查本机的情况，有问题时给出建议。",
    ),
    _doctor,
    (
        ("assistant doctor", Text("a report to read", "供阅读的报告")),
        ("assistant doctor --json", Text("the same for programs", "供程序使用的报告")),
    ),
    own_options=(
        Option(
            "json",
            ("--json",),
            Switch(),
            Text("Doctor", "检查"),
            Text("Print JSON.", "输出 JSON。"),
            flag_only=True,
        ),
    ),
)

VERBS = (SERVE, CHAT, DOCTOR)
