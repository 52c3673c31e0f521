"""What the program can be told to do, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.cli.terminal import Terminal
from app.language import Text
from app.settings import OPTIONS, Given, Option, Settings
from app.settings.kinds import Location, Real, Switch, Whole, Words


@dataclass(frozen=True, slots=True)
class Start:
    """One start of the program: its settings, the words after the verb, the verb's own flags.

    `own`: the values of those of the latter that are given; where one may repeat, all of them.
    """

    settings: Settings
    terminal: Terminal
    words: tuple[str, ...] = ()
    switches: frozenset[str] = frozenset()
    own: Mapping[str, Any] = field(default_factory=dict)


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

    def own(self, given: Sequence[Given]) -> dict[str, Any]:
        """The values of its own flags among those given. Raises: BadSettings."""
        values: dict[str, Any] = {}
        for each in given:
            name = each.option.name
            if each.option in self.own_options:
                more = (*values.get(name, ()), each.value())
                values[name] = more if each.option.repeats else each.value()
        return values


# Each verb's module is imported when it runs: `--version` must not wait for a web framework.
def _serve(start: Start) -> int:
    from app.cli.serve import run

    return run(start)


def _chat(start: Start) -> int:
    from app.cli.chat import run

    return run(start)


def _backup(start: Start) -> int:
    from app.cli.backup import make

    return make(start)


def _restore(start: Start) -> int:
    from app.cli.backup import bring_back

    return bring_back(start)


def _doctor(start: Start) -> int:
    from app.cli.doctor import run

    return run(start)


def _ingest(start: Start) -> int:
    from app.cli.ingest import run

    return run(start)


def _ask(start: Start) -> int:
    from app.cli.ask import run

    return run(start)


def _transcribe(start: Start) -> int:
    from app.cli.transcribe import run

    return run(start)


def _pair(start: Start) -> int:
    from app.cli.pair import run

    return run(start)


def _speak(start: Start) -> int:
    from app.cli.speak import run

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
            "assistant --host 0.0.0.0",
            Text("for the devices of the network that you pair", "供网络中已配对的设备使用"),
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

DOCUMENTS = Text("Documents", "文档")
COLLECTION = Option(
    "collection",
    ("--collection",),
    Words(Text("NAME", "名称"), Text("a text that is not empty", "非空的文字")),
    DOCUMENTS,
    Text("The collection of documents that is meant.", "所指的文档集合。"),
    flag_only=True,
)
TAG = Option(
    "tag",
    ("--tag",),
    Words(Text("TAG", "标签"), Text("a text that is not empty", "非空的文字")),
    DOCUMENTS,
    Text("A tag of the documents that are meant. Repeatable.", "所指文档的标签。可重复使用。"),
    flag_only=True,
    repeats=True,
)

INGEST = Verb(
    "ingest",
    Text("Take in documents: files, folders, web pages.", "添加文档：文件、文件夹、网页。"),
    _ingest,
    (
        ("assistant ingest letter.pdf notes/", Text("files and folders", "文件和文件夹")),
        (
            "assistant ingest https://example.org/ --depth 1",
            Text("a web page, and those of its site that it links to", "网页及其链接的站内页面"),
        ),
        (
            "assistant ingest notes/ --watch --collection work --tag 2026",
            Text("a folder whose files follow from now on", "持续跟踪其中文件变化的文件夹"),
        ),
    ),
    words=Text("PATH|URL…", "路径|网址…"),
    own_options=(
        COLLECTION,
        TAG,
        Option(
            "watch",
            ("--watch",),
            Switch(),
            DOCUMENTS,
            Text(
                "Follow the folders from now on: new, changed, moved and deleted files.",
                "持续跟踪文件夹：新增、修改、移动和删除的文件。",
            ),
            flag_only=True,
        ),
        Option(
            "depth",
            ("--depth",),
            Whole(0, 5),
            DOCUMENTS,
            Text(
                "How far to follow the links of a web page within its site. Without it: not.",
                "在同一网站内跟随网页链接的层数。不指定时不跟随。",
            ),
            flag_only=True,
        ),
        Option(
            "private",
            ("--private",),
            Switch(),
            DOCUMENTS,
            Text(
                "Allow web addresses of this machine and of the private network.",
                "允许本机和内网的网址。",
            ),
            flag_only=True,
        ),
    ),
)

ASK = Verb(
    "ask",
    Text("Ask your documents a question.", "就您的文档提问。"),
    _ask,
    (
        (
            'assistant ask "When is the rent due?"',
            Text("the passages, then the answer with its sources", "先列出段落，再回答并注明出处"),
        ),
        (
            'assistant ask --collection work "Who wrote the report?"',
            Text("from one collection", "只在一个集合中查找"),
        ),
    ),
    words=Text("QUESTION", "问题"),
    own_options=(COLLECTION, TAG),
)

SPEECH = Text("Speech", "语音")


def _form(name: str, help_: Text) -> Option:
    return Option(name, (f"--{name}",), Switch(), SPEECH, help_, flag_only=True)


TRANSCRIBE = Verb(
    "transcribe",
    Text("Write down what is said in a recording.", "把录音转成文字。"),
    _transcribe,
    (
        ("assistant transcribe interview.mp3", Text("its text", "转成文字")),
        (
            "assistant transcribe film.mp4 --srt > film.srt",
            Text("subtitles for a video", "为视频生成字幕"),
        ),
    ),
    words=Text("FILE", "文件"),
    own_options=(
        _form("srt", Text("Print SubRip subtitles.", "输出 SubRip 字幕。")),
        _form("vtt", Text("Print WebVTT subtitles.", "输出 WebVTT 字幕。")),
        _form(
            "json", Text("Print JSON, with the time of every word.", "输出 JSON，含每个词的时间。")
        ),
        _form("translate", Text("Translate it into English.", "翻译成英语。")),
        Option(
            "language",
            ("--language",),
            Words(Text("CODE", "代码"), Text("a code such as en or zh", "en、zh 这样的代码")),
            SPEECH,
            Text(
                "The language that is spoken. Without it: found out.",
                "录音所用的语言。不指定时自动识别。",
            ),
            flag_only=True,
        ),
    ),
)

SPEAK = Verb(
    "speak",
    Text("Say a text: write it as a file of speech.", "朗读文字，并写成音频文件。"),
    _speak,
    (
        ('assistant speak "Good morning." -o out.wav', Text("a sentence", "一句话")),
        (
            "assistant speak -o letter.mp3 < letter.md",
            Text("a text, Markdown too", "一篇文字，也可以是 Markdown"),
        ),
    ),
    words=Text("[TEXT]", "[文字]"),
    own_options=(
        Option(
            "output",
            ("-o", "--output"),
            Location(Text("FILE", "文件")),
            SPEECH,
            Text(
                "The file to write; its name ends in .wav, .mp3, .opus, .ogg, .flac or .pcm.",
                "要写入的文件，文件名以 .wav、.mp3、.opus、.ogg、.flac 或 .pcm 结尾。",
            ),
            flag_only=True,
        ),
        Option(
            "voice",
            ("--voice",),
            Words(Text("NAME", "名称"), Text("a text that is not empty", "非空的文字")),
            SPEECH,
            Text("The voice. Without it: one of the language.", "使用的声音。不指定时按语言选择。"),
            flag_only=True,
        ),
        Option(
            "speed",
            ("--speed",),
            Real(0.25, 4.0),
            SPEECH,
            Text("How fast it is said. Without it: 1.", "语速。不指定时为 1。"),
            flag_only=True,
        ),
        Option(
            "language",
            ("--language",),
            Words(Text("CODE", "代码"), Text("a code such as en or zh", "en、zh 这样的代码")),
            SPEECH,
            Text(
                "The language of the text. Without it: found out.",
                "文字的语言。不指定时自动识别。",
            ),
            flag_only=True,
        ),
    ),
)

BACKUP = Verb(
    "backup",
    Text(
        "Write all that is kept into one file, also while it runs.",
        "把所有数据写入一个文件，运行时也可以。",
    ),
    _backup,
    (
        (
            "assistant backup assistant.zip",
            Text("conversations, documents, settings", "对话、文档、设置"),
        ),
    ),
    words=Text("FILE", "文件"),
)

RESTORE = Verb(
    "restore",
    Text("Bring a backup back, also while it runs.", "恢复备份，运行时也可以。"),
    _restore,
    (
        (
            "assistant restore assistant.zip",
            Text("what was there is kept beside it", "之前的数据会保留在旁边"),
        ),
    ),
    words=Text("FILE", "文件"),
)

PAIR = Verb(
    "pair",
    Text(
        "Let another device in: show a QR code and a PIN.",
        "让另一台设备接入：显示二维码和 PIN。",
    ),
    _pair,
    (("assistant pair", Text("scan it, or type the digits", "扫描，或输入数字")),),
)

VERBS = (SERVE, CHAT, INGEST, ASK, TRANSCRIBE, SPEAK, PAIR, BACKUP, RESTORE, DOCTOR)
