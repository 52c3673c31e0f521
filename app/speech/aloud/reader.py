"""Markdown, as it is written, becomes sentences: each as soon as it is whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.speech.aloud.inline import plain
from app.speech.aloud.sentences import LONGEST, LONGEST_HAN, cut, ends
from app.speech.aloud.tongues import is_han
from app.speech.aloud.words import is_sayable, spoken

READ_CODE = 60
"""Characters of code that are read out where it is one line; more is only told of."""
LONGEST_PROSE = 2000
"""Characters without the end of a sentence; from there on it is cut."""

_FENCE = re.compile(r"\s{0,8}(`{3,}|~{3,})\s*([\w+#.-]*)")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_ITEM = re.compile(r"\s*(?:[-*+•]|(\d{1,4})[.)])\s+")
_QUOTE = re.compile(r"^\s{0,3}(?:>\s?)+")
_RULE = re.compile(r"\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|=+)\s*$")
_DIVIDER = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_DEFINITION = re.compile(r"\s{0,3}\[[^\]]+\]:\s+\S+")
_UNCERTAIN = re.compile(r"\s*(?:[`~|#>*+•=_-]|\d{1,4}[.)]?$|\d{1,4}[.)]\s|\[[^\]]*\]?:?|<|$)")
"""Beginnings of a line that may still turn out to be something else than prose."""

_CLOSING, _PAUSES = "\"'”’)）」』", (*".!?…。！？；;:：,，",)
_CODE = {"en": "Code, {count} lines.", "zh": "代码，共{count}行。"}


class Reader:
    """`language`: that of the text, None where it is to be found out."""

    def __init__(self, language: str | None = None) -> None:
        self._fixed = language
        self._language = language or "en"
        self._line = ""  # that is not ended yet
        self._said = 0  # characters of it that are in `_prose` already
        self._prose = ""  # of a paragraph that is not ended yet
        self._fence: str | None = None
        self._code: list[str] = []
        self._columns: list[str] | None = None
        self._row = ""  # that may be the head of a table

    def add(self, text: str) -> list[str]:
        """More of the text. Returns the sentences that are whole now."""
        found: list[str] = []
        *lines, self._line = (self._line + text).replace("\r\n", "\n").split("\n")
        for line in lines:
            found += self._ended(line)
            self._said = 0
        if self._fence is None and not _UNCERTAIN.match(self._line) and not self._row:
            self._columns = None
            self._prose += self._joined(self._line[self._said :], begins=self._said == 0)
            self._said = len(self._line)
            found += self._whole()
        return found

    def end(self) -> list[str]:
        """The sentences that are left when no more text comes."""
        found = self._ended(self._line) if self._line else []
        self._line, self._said = "", 0
        if self._fence is not None:
            found += self._told_code()
        return [*found, *self._flushed()]

    def _ended(self, line: str) -> list[str]:
        """A whole line."""
        if self._said:  # it was prose
            self._prose += line[self._said :]
            return self._whole()
        if self._fence is not None:
            return self._in_code(line)
        if fence := _FENCE.match(line):
            self._fence, self._code = fence[1], []
            return self._flushed()
        return self._block(_QUOTE.sub("", line))

    def _block(self, line: str) -> list[str]:
        if self._row or self._columns is not None or "|" in line:
            return self._table(line)
        if not line.strip() or _RULE.fullmatch(line) or _DEFINITION.match(line):
            return self._flushed()
        if heading := _HEADING.match(line):
            return [*self._flushed(), *self._sentence(heading[1])]
        if item := _ITEM.match(line):
            found = self._flushed()
            self._prose = (f"{item[1]}: " if item[1] else "") + line[item.end() :]
            return [*found, *self._whole()]
        self._prose += self._joined(line.strip(), begins=True)
        return self._whole()

    def _in_code(self, line: str) -> list[str]:
        assert self._fence is not None
        if line.strip().startswith(self._fence) and not line.strip().strip(self._fence[0]):
            return self._told_code()
        self._code.append(line)
        return []

    def _told_code(self) -> list[str]:
        lines = [line.strip() for line in self._code if line.strip()]
        self._fence, self._code = None, []
        if len(lines) == 1 and len(lines[0]) <= READ_CODE:
            return self._sentence(f"`{lines[0]}`")
        told = _CODE.get(self._language)
        return [told.format(count=len(lines))] if lines and told else []

    def _table(self, line: str) -> list[str]:
        if self._columns is not None:
            if "|" in line:
                return self._told_row(_cells(line))
            self._columns = None
            return self._block(line)
        if self._row:
            head, self._row = self._row, ""
            if _DIVIDER.fullmatch(line) and "-" in line:
                self._columns = _cells(head)
                return self._flushed()
            self._prose += self._joined(head.strip(), begins=True)
            return [*self._whole(), *self._block(line)]
        self._row = line
        return []

    def _told_row(self, cells: list[str]) -> list[str]:
        columns = self._columns or []
        names = [*columns, *[""] * len(cells)]
        pairs = zip(names, cells, strict=False)
        told = [f"{name}: {cell}" if name else cell for name, cell in pairs if cell]
        return self._sentence(("；" if self._language == "zh" else "; ").join(told))

    def _joined(self, text: str, *, begins: bool) -> str:
        """A further part of a paragraph; Chinese has no spaces where lines are broken."""
        if not begins or not self._prose or self._prose[-1].isspace():
            return text
        return text if is_han(self._prose[-1]) and is_han(text[:1]) else f" {text}"

    def _whole(self) -> list[str]:
        """The sentences that have ended in the paragraph."""
        found, at = [], 0
        for end in ends(self._prose):
            found += self._sentence(self._prose[at:end])
            at = end
        while len(self._prose) - at > LONGEST_PROSE:
            found += self._sentence(self._prose[at : at + LONGEST_PROSE])
            at += LONGEST_PROSE
        self._prose = self._prose[at:].lstrip() if at else self._prose
        return found

    def _flushed(self) -> list[str]:
        """The rest of a paragraph, which ends here."""
        rest, self._prose = self._prose, ""
        if self._row:
            rest, self._row = self._joined(self._row, begins=True) if rest else self._row, ""
        self._prose = rest
        found = self._whole()
        rest, self._prose = self._prose, ""
        return found + self._sentence(rest)

    def _sentence(self, text: str) -> list[str]:
        bare = plain(text)
        if self._fixed is None and is_sayable(bare):
            self._language = "zh" if any(map(is_han, bare)) else "en"
        longest = LONGEST_HAN if self._language == "zh" else LONGEST
        parts = cut(spoken(bare, self._language), longest)
        return [_with_end(part) for part in parts if is_sayable(part)]


def sentences(text: str, language: str | None = None) -> Iterator[str]:
    """All sentences of a text."""
    reader = Reader(language)
    for line in text.splitlines(keepends=True):
        yield from reader.add(line)
    yield from reader.end()


def _cells(line: str) -> list[str]:
    cells = line.replace("\\|", "\0").strip().strip("|").split("|")
    return [plain(cell.replace("\0", "|")) for cell in cells]


def _with_end(sentence: str) -> str:
    """A heading is said like a sentence, and not run into the next one."""
    if sentence.rstrip(_CLOSING)[-1:] in _PAUSES:
        return sentence
    return sentence + ("。" if is_han(sentence[-1]) else ".")
