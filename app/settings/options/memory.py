"""How much the engine takes, and how fast it is."""

from __future__ import annotations

from app.language import Text
from app.settings.kinds import OneOf, Switch, Whole, Words
from app.settings.options.option import MEMORY, Option

CACHE_TYPES = ("f32", "f16", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0", "iq4_nl")

MEMORY_OPTIONS = (
    Option(
        "ctx_size",
        ("-c", "--ctx-size"),
        Whole(0, 2**24, auto=True),
        MEMORY,
        Text(
            "Tokens held at once: what was said and what is answered, of all who ask at the "
            "same time; 0: as many as the model was trained for; auto: by the memory there is.",
            "同时容纳的词元总数（所有并行对话的内容和回答）；0 表示模型训练时的长度；"
            "auto 表示按可用内存决定。",
        ),
        default="auto",
    ),
    Option(
        "context_shift",
        ("--context-shift",),
        Switch(),
        MEMORY,
        Text(
            "Let an answer that fills the context go on: half of what was said longest ago is "
            "forgotten, as often as needed. Otherwise the answer ends there.",
            "回答占满上下文后继续生成：每次丢弃较早内容的一半。未启用时回答到此结束。",
        ),
        default="false",
        off=("--no-context-shift",),
    ),
    Option(
        "keep",
        ("--keep",),
        Whole(-1, 2**24),
        MEMORY,
        Text(
            "Tokens at the beginning of the prompt that --context-shift leaves; -1: all of it.",
            "--context-shift 保留的提示词开头词元数；-1 表示全部保留。",
        ),
        default="0",
    ),
    Option(
        "parallel",
        ("-np", "--parallel"),
        Whole(1, 256, auto=True),
        MEMORY,
        Text(
            "How many answers run at the same time; auto: by the memory there is.",
            "同时进行的回答数；auto 表示按可用内存决定。",
        ),
        default="auto",
    ),
    Option(
        "kv_unified",
        ("-kvu", "--kv-unified"),
        Switch(),
        MEMORY,
        Text(
            "Let one answer take all the context that the others leave. On by itself unless "
            "--parallel is given; off: each has an equal part.",
            "允许一个回答占用其他回答没用到的全部上下文。未指定 --parallel "
            "时自动启用；关闭时各回答平分上下文。",
        ),
        off=("-no-kvu", "--no-kv-unified"),
    ),
    Option(
        "threads",
        ("-t", "--threads"),
        Whole(1, 1024, auto=True),
        MEMORY,
        Text(
            "Processor threads; auto: one for each physical core that this program may use.",
            "处理器线程数；auto 表示程序可用的每个物理核心一个。",
        ),
        default="auto",
    ),
    Option(
        "gpu_layers",
        ("-ngl", "--n-gpu-layers", "--gpu-layers"),
        Whole(0, 9999, auto=True),
        MEMORY,
        Text(
            "Layers of the model on the graphics card; auto: all of them where one can be used.",
            "放到显卡上的模型层数；auto 表示有可用显卡时全部放上去。",
        ),
        default="auto",
    ),
    Option(
        "batch_size",
        ("-b", "--batch-size"),
        Whole(1, 2**16),
        MEMORY,
        Text("Most tokens that one step reads.", "每一步最多读入的词元数。"),
        default="2048",
    ),
    Option(
        "ubatch_size",
        ("-ub", "--ubatch-size"),
        Whole(1, 2**16),
        MEMORY,
        Text("Tokens computed at once within a step.", "一步之内一次计算的词元数。"),
        default="512",
    ),
    Option(
        "flash_attn",
        ("-fa", "--flash-attn"),
        OneOf(("auto", "on", "off")),
        MEMORY,
        Text(
            "Attention that needs less memory; auto: where it can be used.",
            "更省内存的注意力算法；auto 表示可用时启用。",
        ),
        default="auto",
    ),
    Option(
        "cache_type_k",
        ("-ctk", "--cache-type-k"),
        OneOf(CACHE_TYPES),
        MEMORY,
        Text(
            "How exactly the keys of the context are kept; less takes less memory.",
            "上下文中 K 缓存的精度，精度越低越省内存。",
        ),
        default="f16",
    ),
    Option(
        "cache_type_v",
        ("-ctv", "--cache-type-v"),
        OneOf(CACHE_TYPES),
        MEMORY,
        Text(
            "The same for the values; below f16 it needs --flash-attn.",
            "V 缓存的精度；低于 f16 时需要 --flash-attn。",
        ),
        default="f16",
    ),
    Option(
        "cache_ram",
        ("-cram", "--cache-ram"),
        Whole(-1, 2**20),
        MEMORY,
        Text(
            "MiB for beginnings of conversations that are kept beyond the context; -1: no limit.",
            "在上下文之外保留的对话开头所占的内存（MiB）；-1 表示不限。",
        ),
        default="1024",
    ),
    Option(
        "sleep_idle_seconds",
        ("--sleep-idle-seconds",),
        Whole(-1, 2**31 - 1),
        MEMORY,
        Text(
            "Free the model that answers after so many seconds without a request; the next one "
            "loads it again; -1: never.",
            "空闲这么多秒后释放负责回答的模型，下一个请求会重新加载；-1 表示从不释放。",
        ),
        default="-1",
    ),
    Option(
        "spec_type",
        ("--spec-type",),
        OneOf(("auto", "none", "ngram-simple", "draft-simple")),
        MEMORY,
        Text(
            "How answers are guessed ahead: from the prompt (ngram-simple), by the draft model, "
            "or not; auto: whatever pays.",
            "如何预先猜测回答：取自提示词（ngram-simple）、用草稿模型，或不猜测；auto "
            "表示只在划算时使用。",
        ),
        default="auto",
    ),
    Option(
        "draft_max",
        ("--spec-draft-n-max", "--draft-n", "--draft", "--draft-max"),
        Whole(0, 256),
        MEMORY,
        Text("Most tokens that are guessed ahead at once.", "每次最多预先猜测的词元数。"),
        default="16",
    ),
    Option(
        "cpu",
        ("--cpu",),
        Words(Text("VARIANT", "版本"), Text("the name of a variant", "一个版本的名称")),
        MEMORY,
        Text(
            "Force a build of the engine for a kind of processor (“assistant doctor” lists "
            "them); auto: the fastest one that is proved to run here.",
            "强制使用为某类处理器编译的引擎（用 assistant doctor 查看有哪些）；"
            "auto 表示经验证可在本机运行的最快版本。",
        ),
        default="auto",
    ),
)
