"""Which model answers, and what goes with it."""

from __future__ import annotations

from app.language import Text
from app.settings.kinds import Location, OneOf, Switch, Words
from app.settings.options.option import FILE, MODEL, Option

NAMES = Text("names with commas between", "以逗号分隔的名称")
PATHS = Text("paths with commas between", "以逗号分隔的路径")

MODEL_OPTIONS = (
    Option(
        "model",
        ("-m", "--model"),
        Location(FILE),
        MODEL,
        Text(
            "Answer with this GGUF file. Without it: the model inside this file.",
            "用这个 GGUF 文件回答。不指定时使用本文件自带的模型。",
        ),
    ),
    Option(
        "alias",
        ("-a", "--alias"),
        Words(Text("NAME,…", "名称,…"), NAMES),
        MODEL,
        Text(
            "What clients call the model; several names with commas between. Without it: the "
            "file's name.",
            "客户端使用的模型名称，多个名称用逗号分隔。不指定时使用文件名。",
        ),
    ),
    Option(
        "tags",
        ("--tags",),
        Words(Text("TAG,…", "标签,…"), NAMES),
        MODEL,
        Text("Tags of the model in the list of models.", "模型列表中显示的标签。"),
    ),
    Option(
        "lora",
        ("--lora",),
        Words(Text("FILE,…", "文件,…"), PATHS),
        MODEL,
        Text(
            "LoRA adapters that change the model a little (GGUF). Repeatable.",
            "对模型做小幅调整的 LoRA 适配器（GGUF）。可重复使用。",
        ),
        repeats=True,
    ),
    Option(
        "lora_scaled",
        ("--lora-scaled",),
        Words(Text("FILE:SCALE,…", "文件:比例,…"), PATHS),
        MODEL,
        Text("The same, each with a scale of its own.", "同上，但每个适配器有自己的比例。"),
        repeats=True,
    ),
    Option(
        "model_draft",
        ("-md", "--model-draft"),
        Location(FILE),
        MODEL,
        Text(
            "A smaller model of the same family that guesses ahead (GGUF); answers stay the same.",
            "同系列的较小模型（GGUF），用来预先猜测；回答不变。",
        ),
    ),
    Option(
        "embeddings",
        ("--embedding", "--embeddings"),
        Switch(),
        MODEL,
        Text(
            "Make vectors of texts with the model of -m, and answer nothing.",
            "用 -m 指定的模型只生成文本向量，不回答问题。",
        ),
        default="false",
    ),
    Option(
        "reranking",
        ("--rerank", "--reranking"),
        Switch(),
        MODEL,
        Text(
            "Score documents for a query with the model of -m, and answer nothing.",
            "用 -m 指定的模型只为查询给文档打分，不回答问题。",
        ),
        default="false",
    ),
    Option(
        "pooling",
        ("--pooling",),
        OneOf(("auto", "none", "mean", "cls", "last", "rank")),
        MODEL,
        Text(
            "How the vectors of a text's tokens become one; auto: as the model's file says.",
            "如何把一段文本中各词元的向量合成一个；auto 表示按模型文件的设定。",
        ),
        default="auto",
    ),
)
