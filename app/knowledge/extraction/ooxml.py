"""What Word, PowerPoint and OpenDocument files share: XML in a ZIP."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError, fromstring

from app.knowledge.extraction.reading import Damaged, Protected

LARGEST_MEMBER_BYTES = 512 << 20


class Package:
    """The members of an office file."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except zipfile.BadZipFile as error:
            raise Damaged(str(error)) from error
        self.names = self._zip.namelist()

    def read(self, name: str) -> bytes:
        """One member's bytes. Raises: Damaged, Protected."""
        try:
            info = self._zip.getinfo(name)
            if info.flag_bits & 1:
                raise Protected(name)
            if info.file_size > LARGEST_MEMBER_BYTES:
                raise Damaged(f"{name} is larger than any document's part")
            return self._zip.read(info)
        except (KeyError, zipfile.BadZipFile, OSError, NotImplementedError, EOFError) as error:
            raise Damaged(str(error)) from error
        except Exception as error:  # zlib.error and lzma's have no common ancestor
            if isinstance(error, Damaged | Protected):
                raise
            raise Damaged(str(error)) from error

    def xml(self, name: str) -> Element:
        """One member as XML. Raises: Damaged."""
        try:
            return fromstring(self.read(name))
        except ParseError as error:
            raise Damaged(f"{name}: {error}") from error

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """What a member points to: id -> (kind, member)."""
        folder, _, base = name.rpartition("/")
        path = f"{folder}/_rels/{base}.rels"
        if path not in self.names:
            return {}
        return {
            relation.get("Id", ""): (
                relation.get("Type", "").rsplit("/", 1)[-1],
                _resolved(folder, relation.get("Target", "")),
            )
            for relation in self.xml(path)
        }


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def attribute(element: Element, name: str) -> str:
    """An attribute's value, whatever its namespace."""
    for key, value in element.attrib.items():
        if key.rsplit("}", 1)[-1] == name:
            return value
    return ""


def children(element: Element, name: str) -> Iterator[Element]:
    """The direct children of that name."""
    return (child for child in element if local(child) == name)


def _resolved(folder: str, target: str) -> str:
    if target.startswith("/"):
        return target[1:]
    parts = folder.split("/") if folder else []
    for piece in target.split("/"):
        if piece == "..":
            parts = parts[:-1]
        elif piece != ".":
            parts.append(piece)
    return "/".join(parts)
