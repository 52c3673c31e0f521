"""Keeps an answer within a GBNF grammar, by llama.cpp's grammar sampler.

What llama.cpp throws in there ends the process: so a grammar is read here before, and no token is
handed on that it was not asked about.
"""

from __future__ import annotations

import re
import time
from codecs import getincrementaldecoder
from typing import Any

from app.engine.candidates import Candidates
from app.engine.grammar.gbnf import check_grammar, read
from app.engine.grammar.productions import TokenElement
from app.engine.native import Native, piece_of, tokens_of
from app.engine.request import Grammar
from app.errors import BadRequest
from app.language import Text

REFUSED = Text(
    "llama.cpp does not accept the grammar: {reason}", "llama.cpp 不接受该文法：{reason}"
)
UNKNOWN_TOKEN = Text(
    "grammar: this model has no token {token}.", "grammar：该模型没有词元 {token}。"
)

LIKELIEST = 1024  # tokens that are tried before all others are
PATIENCE_S = 0.25  # of processor time to try some tokens, which take microseconds each
WHOLE = 10  # times as long for all tokens

ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\x00"}


class Grammars:
    """Makes constraints over one model's vocabulary."""

    def __init__(self, native: Native, vocabulary: Any, candidates: Candidates) -> None:
        self._native = native
        self._lib = native.lib
        self._vocabulary = vocabulary
        self._candidates = candidates

    def check(self, grammar: Grammar) -> None:
        """Raises: BadRequest. From any thread."""
        check_grammar(grammar)
        for element in read(grammar.text, grammar.root).elements():
            if isinstance(element, TokenElement) and not self._is_token(element):
                raise BadRequest(UNKNOWN_TOKEN.filled(token=element.text), field="grammar")
        self._lib.llama_sampler_free(self.sampler(grammar.text, grammar.root))

    def constraint(self, grammar: Grammar) -> Strict | Lazy:
        """A new answer's constraint by a grammar that was checked."""
        if grammar.lazy:
            return Lazy(self, self._candidates, grammar)
        return Strict(self.sampler(grammar.text, grammar.root), self._lib, self._candidates)

    def strict(self, grammar: Grammar, before: str) -> Strict:
        """As if the answer had to begin with `before`, and with the grammar behind it."""
        start = "triggered"
        while start in grammar.text:
            start += "-again"
        literal = "".join(ESCAPED.get(each, each) for each in before)
        text = f'{grammar.text}\n{start} ::= "{literal}" {grammar.root}\n'
        return Strict(self.sampler(text, start), self._lib, self._candidates)

    def sampler(self, text: str, root: str) -> Any:
        """llama.cpp's own sampler. Raises: BadRequest."""
        made = self._lib.llama_sampler_init_grammar(self._vocabulary, text.encode(), root.encode())
        if not made:
            reason = self._native.log.take_error() or "?"
            raise BadRequest(REFUSED.filled(reason=reason), field="grammar")
        return made

    def piece(self, token: int) -> bytes:
        """The bytes that a token stands for in a grammar; of a control token, its name."""
        return piece_of(self._lib, self._vocabulary, token, special=True)

    def _is_token(self, element: TokenElement) -> bool:
        if element.number is not None:
            return element.number < int(self._lib.llama_vocab_n_tokens(self._vocabulary))
        name = element.text.lstrip("!")
        return len(tokens_of(self._lib, self._vocabulary, name, special=True, begin=False)) == 1

    def ends(self, token: int) -> bool:
        """Whether this token ends an answer."""
        return bool(self._lib.llama_vocab_is_eog(self._vocabulary, token))


class Strict:
    """The whole answer fits the grammar.

    A grammar may find ever more ways to explain what was said, each taking time at each token:
    where that shows, nothing is allowed any more, and the answer ends.
    """

    def __init__(self, sampler: Any, lib: Any, candidates: Candidates) -> None:
        self._sampler = sampler
        self._exhausted = False
        self._lib = lib
        self._candidates = candidates

    def allows(self, token: int) -> bool:
        """Whether the answer may go on with this token."""
        start = time.thread_time()
        allowed = not self._exhausted and self._candidates.admits(self._sampler, token)
        return self._patient(start, PATIENCE_S) and allowed

    def restrict(self, row: int) -> None:
        """Of one row's tokens leave those that are allowed among the candidates."""
        # The whole vocabulary takes longer than decoding; what is likely is usually found early,
        # and what lies beyond has next to no chance beside it.
        start = time.thread_time()
        for most in (LIKELIEST, None):
            self._candidates.fill(row)
            if self._candidates.keep(
                self._sampler, most, lambda: self._patient(start, WHOLE * PATIENCE_S)
            ):
                return

    def accept(self, token: int) -> None:
        """The answer goes on with this token, which is allowed."""
        start = time.thread_time()
        self._lib.llama_sampler_accept(self._sampler, token)
        self._patient(start, PATIENCE_S)

    def close(self) -> None:
        """Free what it holds."""
        self._lib.llama_sampler_free(self._sampler)

    def _patient(self, start: float, seconds: float) -> bool:
        # Not by a clock, which goes on while the processor does something else.
        self._exhausted |= time.thread_time() - start > seconds
        return not self._exhausted


class Lazy:
    """The answer fits the grammar from the first trigger on; before, it is free.

    llama.cpp's own lazy sampler throws when what triggered it does not fit, and its regular
    expressions recurse as deep as the text is long. What a trigger matches from its first
    non-empty group on, else as a whole, is where the grammar begins.
    Source: llama.cpp, src/llama-grammar.cpp, `llama_grammar_accept_impl`.
    """

    def __init__(self, grammars: Grammars, candidates: Candidates, grammar: Grammar) -> None:
        self._grammars = grammars
        self._candidates = candidates
        self._grammar = grammar
        self._patterns = [re.compile(pattern) for pattern in grammar.trigger_patterns]
        self._decoder = getincrementaldecoder("utf-8")(errors="surrogateescape")
        self._tokens: list[tuple[int, int]] = []  # each with where its bytes begin
        self._bytes = bytearray()
        self._text = ""
        self._tried = 0  # no trigger before this character fits the grammar
        self._strict: Strict | None = None

    def allows(self, token: int) -> bool:
        """Whether the answer may go on with this token."""
        return self._strict is None or self._strict.allows(token)

    def restrict(self, row: int) -> None:
        """Of one row's tokens leave those that are allowed."""
        if self._strict:
            self._strict.restrict(row)

    def accept(self, token: int) -> None:
        """The answer goes on with this token, which is allowed."""
        if self._strict:
            self._strict.accept(token)
        elif token in self._grammar.trigger_tokens:
            self._strict = self._started("", [token])
        elif not self._grammars.ends(token):
            self._read(token)
            if (begin := self._triggered()) is not None:
                self._begin(begin)

    def close(self) -> None:
        """Free what it holds."""
        if self._strict:
            self._strict.close()

    def _read(self, token: int) -> None:
        piece = self._grammars.piece(token)
        self._tokens.append((token, len(self._bytes)))
        self._bytes += piece
        self._text += self._decoder.decode(piece)

    def _triggered(self) -> int | None:
        """The character from which on the grammar binds."""
        for pattern in self._patterns:
            found = pattern.fullmatch(self._text, self._tried)
            if found := found or pattern.search(self._text, self._tried):
                groups = range(1, pattern.groups + 1)
                return found.start(next((each for each in groups if found[each]), 0))
        return None

    def _begin(self, character: int) -> None:
        """Bind what is said from a character on, which may lie within a token."""
        at = len(self._text[:character].encode("utf-8", "surrogateescape"))
        first = max(
            place
            for place, (_, begin) in enumerate(self._tokens)
            if begin <= at and (begin == at or self._bytes[begin] & 0xC0 != 0x80)
        )
        before = self._bytes[self._tokens[first][1] : at].decode("utf-8", "replace")
        self._strict = self._started(before, [token for token, _ in self._tokens[first:]])
        self._tried = character + 1

    def _started(self, before: str, tokens: list[int]) -> Strict | None:
        """The constraint once these tokens are said; none where they do not fit."""
        strict = self._grammars.strict(self._grammar, before)
        for token in tokens:
            if not strict.allows(token):
                strict.close()
                return None
            strict.accept(token)
        return strict
