"""What counts for an answer where a request does not say it."""

from __future__ import annotations

from app.language import Text
from app.settings.kinds import Location, OneOf, Whole, Words
from app.settings.options.option import ANSWERS, FILE, Option

ANSWER_OPTIONS = (
    Option(
        "n_predict",
        ("-n", "--predict", "--n-predict"),
        Whole(-1, 2**24),
        ANSWERS,
        Text(
            "Most tokens of an answer; -1: no limit.",
            "一次回答的最多词元数；-1 表示不限。",
        ),
        default="-1",
    ),
    Option(
        "chat_template",
        ("--chat-template",),
        Words(Text("NAME|JINJA", "名称|JINJA"), Text("a name or a template", "名称或模板")),
        ANSWERS,
        Text(
            "A chat template in place of the model's: a name that llama.cpp knows (chatml, "
            "llama3 …), or Jinja.",
            "代替模型自带的对话模板：llama.cpp 认识的名称（chatml、llama3 等）或 Jinja 文本。",
        ),
    ),
    Option(
        "chat_template_file",
        ("--chat-template-file",),
        Location(FILE),
        ANSWERS,
        Text("The same, from a file.", "同上，从文件读取。"),
    ),
    Option(
        "chat_template_kwargs",
        ("--chat-template-kwargs",),
        Words(Text("JSON", "JSON"), Text("a JSON object", "一个 JSON 对象")),
        ANSWERS,
        Text(
            "What chat templates get besides, as a JSON object.",
            "另外传给对话模板的变量（JSON 对象）。",
        ),
    ),
    Option(
        "reasoning",
        ("-rea", "--reasoning"),
        OneOf(("auto", "on", "off")),
        ANSWERS,
        Text(
            "Whether the model thinks before it answers, where it can.",
            "模型是否先思考再回答（如果支持）。",
        ),
        default="auto",
    ),
    Option(
        "reasoning_format",
        ("--reasoning-format",),
        OneOf(("auto", "none", "deepseek", "deepseek-legacy")),
        ANSWERS,
        Text(
            "Where thoughts go: none leaves them in the text, the others keep them apart.",
            "思考内容的去处：none 表示留在正文中，其他值表示单独给出。",
        ),
        default="auto",
    ),
)
