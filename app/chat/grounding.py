"""A conversation made to be answered from passages of documents.

The passages stand in the system's message, in the order of the documents and not of the search, so
that whoever asks the same documents again shares the longest beginning with what was read before;
what differs most, the question, stands last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.chat.fitting import LEAST_PER_PASSAGE, fitted
from app.chat.pictures import pictures_in, prompt_of, unmarked
from app.chat.prompt import text_of
from app.chat.request import ChatRequest
from app.engine.model import Model
from app.errors import PromptTooLong
from app.language import Language, Text

if TYPE_CHECKING:
    from app.knowledge.retrieval import Passage

PASSAGES = 5  # are looked for
MOST_TOKENS = 1500  # of passages in one prompt: a processor reads about a hundred in a second
ANSWER_TOKENS = 1024  # are left for the answer where no limit was sent
AROUND_TOKENS = 40  # the name and the page of a passage

NOT_TOLD = Text(
    "The documents do not say anything about this.",
    "文档中没有提到这方面的内容。",
)
NOT_YET = Text(
    "Nothing was found by its words. {waiting} passages of the documents cannot be found by their "
    "meaning yet: please ask again in a while.",
    "按词语没有找到相关内容。还有 {waiting} 个段落尚不能按含义检索，请过一会儿再问。",
)
RULES = Text(
    "Answer the question only from these documents, briefly, in the language of the question. Add "
    "nothing that they do not say, and no references. If they do not answer it, say: “{not_told}”",
    "请只根据以上文档，用提问的语言简明地回答问题，不要补充文档中没有的内容，也不要标注出处。"
    "如果文档中没有答案，请回答：“{not_told}”",
)

# How near passages about something else get, by the writing of question and passage: the model
# takes one's own writing for near. Between two kinds, answers are hardly nearer than anything else.
NEAR_ANYWAY = {
    ("narrow", "narrow"): 0.72,
    ("wide", "wide"): 0.82,
    ("wide", "narrow"): 0.655,
    ("narrow", "wide"): 0.67,
}
PER_COSINE = 15  # a cosine nearer by 0.02 says as much as three tenths of trust in words
FARTHEST = -0.04  # what is farther says no more against a passage: its words may still be right
ENOUGH = 0.3

# Words that stand for something which was said before.
_REFERS = re.compile(
    r"\b(it|its|he|him|his|she|her|hers|they|them|their|this|that|these|those|there|then|one|ones)\b"
    r"|[它他她这那其此]|上述|该",
    re.I,
)
_CONTROL_MARKS = re.compile(r"([<\[|])")
_GOES_ON = re.compile(
    r"\s*(and|but|or|so|also|what about|how about|why\W*$|还有|那么?|然后|为什么\W*$)", re.I
)


def question_of(messages: Sequence[Mapping[str, Any]]) -> str:
    """What to look for: the last question, behind the one before where it refers back to that.

    "How high is it?" finds nothing by itself; together with "What is the Eiffel Tower?" it does.
    """
    asked = [each for each in messages if each.get("role") == "user"]
    questions = [unmarked(text_of(each.get("content"))) for each in asked]
    if not questions:
        return ""
    last = questions[-1].strip()
    if (
        len(questions) > 1
        and not pictures_in(asked[-1])
        and (_REFERS.search(last) or _GOES_ON.match(last))
    ):
        return f"{questions[-2].strip()}\n{last}"
    return last


def telling(question: str, passages: Sequence[Passage]) -> Sequence[Passage]:
    """The passages, if the documents tell anything about the question; else none.

    Measured with the weights inside, 12 English files and 424 Chinese texts in one library; each
    question once with what answers it, once without. Kept with it: 97% of 72 English questions, all
    of their 72 paraphrases, 99.5% of 200 Chinese ones, all of 20 Chinese ones about English files,
    75% of 20 the other way round. Kept without it, where the rest is often about the same things:
    46%, 47%, 38%; with nothing but files in the other language, 7% of the Chinese questions and 35%
    of the English ones. What is kept in vain the model itself is told to recognize; what is not
    kept is lost: so the limit lies low.
    """
    return passages if any(bearing(question, each) >= ENOUGH for each in passages) else ()


def not_told(question: str, waiting: int) -> str:
    """What is said where the documents do not tell. `waiting`: passages without vectors yet."""
    said = NOT_YET.filled(waiting=waiting) if waiting else NOT_TOLD
    return said.of(language_of(question))


def bearing(question: str, passage: Passage) -> float:
    """How much a passage has to do with a question, by words and by meaning together."""
    from app.knowledge.scripts import script_of

    if passage.similarity is None:
        return passage.words
    near = NEAR_ANYWAY[script_of(question), script_of(passage.text)]
    return passage.words + PER_COSINE * max(FARTHEST, passage.similarity - near)


def chosen(
    model: Model, request: ChatRequest, question: str, passages: Sequence[Passage]
) -> list[Passage]:
    """The passages, or parts of them, that this request's prompt has room for, best first.

    Raises: PromptTooLong where there is none for any.
    """
    empty = prompt_of(model, grounded(request, question, [])).read(model)
    limit = request.generation.max_tokens
    answer = min(limit or ANSWER_TOKENS, model.context_tokens // 4)
    taken = empty.cells + answer
    room = model.context_tokens - taken
    if room < LEAST_PER_PASSAGE + AROUND_TOKENS:
        raise PromptTooLong(taken + LEAST_PER_PASSAGE + AROUND_TOKENS, model.context_tokens)

    def count(text: str) -> int:
        return len(model.tokenize(text, special=False, begin=False))

    return fitted(passages, question, min(room, MOST_TOKENS), count, AROUND_TOKENS)


def grounded(
    request: ChatRequest,
    question: str,
    passages: Sequence[Passage],
    harmless: Callable[[str], str] | None = None,
) -> ChatRequest:
    """The same request, to be answered from these passages, each text made harmless. Pure."""
    messages = list(request.messages)
    parts = [
        written(passages, harmless or (lambda text: text)),
        rules(language_of(question)),
    ]
    if messages and messages[0].get("role") == "system":
        parts.insert(0, text_of(messages.pop(0).get("content")))
    system = {"role": "system", "content": "\n\n".join(filter(None, parts))}
    return replace(request, messages=[system, *messages])


def rules(spoken: Language) -> str:
    """How to answer from passages."""
    return RULES.filled(not_told=NOT_TOLD.of(spoken)).of(spoken)


def written(passages: Sequence[Passage], harmless: Callable[[str], str]) -> str:
    """Passages as a model reads them, in the order of the documents."""
    ordered = sorted(passages, key=lambda each: (each.document, each.start))
    return "\n\n".join(_headed(each, harmless) for each in ordered)


def without_controls(model: Model, text: str) -> str:
    """The same text without control tokens of the model, which only we may write."""
    if model.tokenize(text, True, False) != model.tokenize(text, False, False):
        text = _CONTROL_MARKS.sub(r"\1 ", text)
    return text.replace("</document", "< /document")


def language_of(question: str) -> Language:
    """The one of our languages in which a question is to be answered."""
    from app.knowledge.scripts import script_of

    return "zh" if script_of(question) == "wide" else "en"


def _headed(passage: Passage, harmless: Callable[[str], str]) -> str:
    page = f' page="{passage.first_page}"' if passage.first_page else ""
    name = harmless(passage.name).replace('"', "'")
    return f'<document name="{name}"{page}>\n{harmless(passage.text)}\n</document>'
