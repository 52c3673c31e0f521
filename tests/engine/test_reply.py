from __future__ import annotations

import pytest

from app.engine.reply import Finished, Reply, Timings, Token, Usage, together
from app.errors import EngineFailed
from app.language import Text

END = Finished("length", Usage(3, 5, 0), Timings(3, 1.0, 5, 1.0, 0))


def test_replies_are_read_together_as_they_come() -> None:
    first, second = Reply(), Reply()
    first.put(Token(1, b"a"))  # before anyone reads
    both = together([first, second])
    assert next(both) == (0, Token(1, b"a"))
    second.put(Token(2, b"b"))
    first.put(Token(3, b"c"))
    second.put(END)
    first.put(END)
    assert list(both) == [(1, Token(2, b"b")), (0, Token(3, b"c")), (1, END), (0, END)]


def test_the_failure_of_one_reply_is_that_of_all() -> None:
    first, second = Reply(), Reply()
    second.put(EngineFailed(Text("broken", "坏了")))
    with pytest.raises(EngineFailed, match="broken"):
        list(together([first, second]))


def test_a_reply_can_be_read_on_after_a_pause() -> None:
    reply = Reply()
    reply.put(Token(1, b"a"))
    reply.put(Token(2, b"b"))
    assert next(iter(reply)) == Token(1, b"a")
    reply.put(END)
    assert list(reply) == [Token(2, b"b"), END]
