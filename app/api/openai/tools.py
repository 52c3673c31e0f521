"""Tools that an answer may call, as OpenAI has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Protocol, TypeVar

import msgspec
from msgspec import Meta

from app.api.documents.search import Filter
from app.api.fields import not_supported
from app.api.wire import wrong
from app.chat.request import Named, Tool, ToolChoice
from app.chat.searching import NAME, TOOL
from app.language import Text

_MISSING = Text("required, but missing", "必填，但缺少该字段")
_NO_NAME = Text("must name a function", "应给出函数名")


class FunctionFields(msgspec.Struct):
    """What can be called."""

    name: str
    description: str | None = None
    parameters: Any = None
    strict: bool | None = None


class FileSearch(msgspec.Struct, kw_only=True):
    """A tool of the server's: the model may search documents. Of which: those of collections."""

    vector_store_ids: list[str] | None = None
    max_num_results: Annotated[int, Meta(ge=1, le=50)] | None = None
    filters: Any = None
    ranking_options: Any = None

    def filter(self) -> Filter:
        """The documents that it searches."""
        return Filter(collections=self.vector_store_ids or None)


class ToolFields(FileSearch, kw_only=True):
    """A function, or the server's own search in documents.

    A function with the name of that search and nothing else means that, too.
    """

    function: FunctionFields | None = None
    type: Literal["function", "file_search"] = "function"

    @property
    def searches(self) -> bool:
        """Whether it is the server's search."""
        called = self.function
        own = called is not None and called.name == NAME and called.parameters is None
        return own or self.type == "file_search"


Choice = Literal["auto", "none", "required", "any"] | dict[str, Any]


def tools(given: list[ToolFields]) -> tuple[Tool, ...]:
    """The tools as chats know them. Raises: BadRequest."""
    return tuple(_tool(each, f"tools[{index}]") for index, each in enumerate(given))


class Searching(Protocol):
    """A tool that may be the server's search."""

    filters: Any

    @property
    def searches(self) -> bool:
        """Whether it is."""


SearchTool = TypeVar("SearchTool", bound=Searching)


def search_of(given: Sequence[SearchTool]) -> SearchTool | None:
    """The server's search, if it is among the tools. Raises: NotSupported."""
    for index, each in enumerate(given):
        if each.searches:
            if each.filters is not None:
                raise not_supported(f"tools[{index}].filters")
            return each
    return None


def _tool(given: ToolFields, place: str) -> Tool:
    if given.searches:
        return TOOL
    if given.function is None:
        raise wrong(f"{place}.function", _MISSING)
    called = given.function
    return Tool(called.name, called.description or "", called.parameters)


def choice(given: Choice | None) -> ToolChoice:
    """Which tool must, or may, be called. Raises: BadRequest."""
    match given:
        case None:
            return "auto"
        case "auto" | "none":
            return given
        case "required" | "any":
            return "required"
        case {"type": "file_search"}:
            return Named(NAME)
        case {"function": {"name": str() as name}} | {"name": str() as name}:
            return Named(name)
        case {"type": "auto" | "none" | "required" as word}:
            return word  # type: ignore[no-any-return]
    raise wrong("tool_choice.function.name", _NO_NAME)
