"""How many tokens a context may hold in the memory that is free. Pure."""

from __future__ import annotations

from app.errors import BadFile
from app.language import Text

NO_MEMORY = Text(
    "A context of {tokens} tokens takes {needed:.1f} GB of memory, and {free:.1f} GB are free. "
    "Start with a smaller --ctx-size.",
    "{tokens} 个词元的上下文需要 {needed:.1f} GB 内存，而可用内存只有 {free:.1f} GB。"
    "请用更小的 --ctx-size 启动。",
)

GB = 1e9
LEAST = 512  # with less, even a short conversation does not fit
STEP = 256  # llama.cpp rounds contexts to this


def context_tokens(asked: int, trained: int, token_bytes: int, free_bytes: int) -> int:
    """As many as asked for; asked for 0, what the model was trained for, in half of what is free.

    The system kills a program that takes more memory than there is, without a word: so it is
    computed before anything is taken.
    Raises: BadFile.
    """
    tokens = asked or min(trained, max(LEAST, free_bytes // 2 // token_bytes // STEP * STEP))
    needed = tokens * token_bytes
    if needed > free_bytes:
        raise BadFile(NO_MEMORY.filled(tokens=tokens, needed=needed / GB, free=free_bytes / GB))
    return tokens
