"""How many tokens and sequences a context may hold in the memory that is free. Pure."""

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
USUAL = 8192  # so many tokens are worth more memory than the rest
CHEAP = 1 / 16  # of the free memory is taken without being asked to
SEQUENCE_TOKENS = 512  # a question and its answer, mostly
MOST_SEQUENCES = 16


def context_tokens(asked: int | None, trained: int, token_bytes: int, free_bytes: int) -> int:
    """As many as asked for; 0: as many as the model was trained for, in half of what is free.

    None: `USUAL` in half of what is free, and more where that is cheap, up to the trained length.
    The system kills a program that takes more memory than there is, without a word: so it is
    computed before anything is taken.
    Raises: BadFile.
    """
    half = max(LEAST, _tokens(free_bytes / 2, token_bytes))
    if asked is None:
        cheap = max(USUAL, _tokens(free_bytes * CHEAP, token_bytes))
        tokens = min(trained, half, cheap)
    else:
        tokens = asked or min(trained, half)
    needed = tokens * token_bytes
    if needed > free_bytes:
        raise BadFile(NO_MEMORY.filled(tokens=tokens, needed=needed / GB, free=free_bytes / GB))
    return tokens


def sequences(asked: int | None, context: int, sequence_bytes: int, free_bytes: int) -> int:
    """As many answers at a time as asked for; None: as many as a context has place for.

    `sequence_bytes`: what a sequence takes beside its tokens, as a recurrent model's state does.
    """
    if asked is not None:
        return asked
    most = max(1, min(MOST_SEQUENCES, context // SEQUENCE_TOKENS))
    affordable = int(free_bytes * CHEAP) // sequence_bytes if sequence_bytes else most
    return max(1, min(most, affordable))


def _tokens(memory_bytes: float, token_bytes: int) -> int:
    return int(memory_bytes) // token_bytes // STEP * STEP
