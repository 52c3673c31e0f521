"""Which format a file is in, by its content; the name only tells kinds of plain text apart."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import PurePath
from typing import Literal

from app.knowledge.encodings import decode, looks_like_text

Format = Literal[
    "pdf", "docx", "doc", "pptx", "ppt", "xlsx", "xls", "csv", "odt", "odp", "ods", "rtf", "epub",
    "html", "markdown", "eml", "msg", "mbox", "enex", "text", "code", "json", "xml", "zip",
    "image", "audio", "encrypted", "empty", "unknown",
]  # fmt: skip

SIGNATURES: tuple[tuple[bytes, Format], ...] = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"ID3", "audio"),
    (b"OggS", "audio"),
    (b"fLaC", "audio"),
    (b"\xff\xfb", "audio"),
    (b"\xff\xfa", "audio"),
    (b"\xff\xf3", "audio"),
    (b"\xff\xf2", "audio"),
    (b"\xff\xf1", "audio"),
    (b"\xff\xf9", "audio"),
    (b"caff", "audio"),
    (b"#!AMR", "audio"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "audio"),  # Windows Media
    (b"\x1aE\xdf\xa3", "audio"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OPENDOCUMENT: dict[str, Format] = {"text": "odt", "presentation": "odp", "spreadsheet": "ods"}
OFFICE: tuple[tuple[str, Format], ...] = (
    ("word/", "docx"),
    ("ppt/", "pptx"),
    ("xl/", "xlsx"),
)
# In an OLE file the names of streams are UTF-16 in its directory.
STREAMS: tuple[tuple[str, Format], ...] = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("__properties_version1.0", "msg"),
)
# Brands of files that hold pictures; of the same kind, all others are recordings and films.
PICTURES = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")
)
CODE = {
    *(".py", ".js", ".ts", ".tsx", ".jsx", ".c", ".h", ".cpp", ".hpp", ".cc", ".cs", ".java"),
    *(".kt", ".go", ".rs", ".rb", ".php", ".swift", ".scala", ".sh", ".bash", ".ps1", ".sql"),
    *(".lua", ".r", ".pl", ".m", ".css", ".scss", ".toml", ".yaml", ".yml", ".ini", ".cfg"),
    *(".tex", ".proto", ".vue"),
}
MAIL_HEADER = re.compile(
    r"^(From|To|Subject|Date|Received|Return-Path|Message-ID|MIME-Version|Delivered-To|Content-Type"
    r"|X-[\w-]+|Reply-To|Cc|DKIM-Signature|Authentication-Results): ?.+(\r?\n[ \t].*)*$",
    re.I | re.M,
)
MARKDOWN = re.compile(r"^(#{1,6} \S|\s*[-*] \S|```|\|.+\|$|> \S|\d+\. \S)", re.M)
HEAD_BYTES = 65_536


def detect(data: bytes, name: str = "") -> Format:
    """The format of a file's bytes."""
    if not data:
        return "empty"
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _in_zip(data)
    if data.startswith(OLE):
        return _in_ole(data)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    for signature, found in SIGNATURES:
        if data.startswith(signature):
            return found
    if data[:4] == b"RIFF":
        return "image" if data[8:12] == b"WEBP" else "audio"
    if data[:4] == b"FORM" and data[8:12] in (b"AIFF", b"AIFC"):
        return "audio"
    if data[4:8] == b"ftyp":
        return "image" if data[8:12] in PICTURES else "audio"
    return _in_text(data[:HEAD_BYTES], name)


def _in_zip(data: bytes) -> Format:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            kind = (
                archive.read("mimetype").decode("ascii", "replace") if "mimetype" in names else ""
            )
    except Exception:  # a damaged one is refused by its reader
        return "zip"
    if kind.strip() == "application/epub+zip":
        return "epub"
    if "opendocument." in kind:
        return OPENDOCUMENT.get(kind.strip().split("opendocument.")[1].split("-")[0], "unknown")
    if "[Content_Types].xml" in names:
        for prefix, found in OFFICE:
            if any(name.startswith(prefix) for name in names):
                return found
    return "zip"


def _in_ole(data: bytes) -> Format:
    for stream, found in STREAMS:
        if (stream + "\0").encode("utf-16-le") in data:
            return found
    return "unknown"


def _in_text(head: bytes, name: str) -> Format:
    if not looks_like_text(head):
        return "unknown"
    text = decode(head).lstrip("\ufeff \t\r\n")
    suffix = PurePath(name).suffix.lower()
    for found, fits in TESTS:
        if fits(text, suffix):
            return found
    return "text"


def _is_html(text: str, suffix: str) -> bool:
    start = text[:2048].lower()
    if re.search(r"<!doctype html|<html[\s>]", start):
        return True
    return suffix in (".html", ".htm", ".xhtml") and "<" in start


def _is_xml(text: str, _suffix: str) -> bool:
    return text.startswith("<?xml") or bool(
        re.match(r"<([A-Za-z][\w:.-]*)[\s>]", text) and re.search(r"</[A-Za-z][\w:.-]*>\s*$", text)
    )


def _is_mail(text: str, suffix: str) -> bool:
    head = re.split(r"\r?\n\r?\n", text, maxsplit=1)[0]
    headers = {found.group(1).lower() for found in MAIL_HEADER.finditer(head)}
    lines = len(re.findall(r"^\S", head, re.M))
    known = len(
        headers & {"from", "to", "subject", "date", "received", "message-id", "mime-version"}
    )
    return known >= (1 if suffix == ".eml" else 3) and lines <= 3 * len(MAIL_HEADER.findall(head))


def _is_json(text: str, suffix: str) -> bool:
    if suffix in (".json", ".jsonl", ".ndjson", ".ipynb"):
        return text[:1] in "{["
    return bool(re.match(r'(\{\s*"[^"\n]*"\s*:|\[\s*[\[{"\d-])', text)) and suffix not in CODE


def _is_table(text: str, suffix: str) -> bool:
    if suffix in (".csv", ".tsv", ".tab"):
        return True
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    if suffix or len(lines) < 3:
        return False
    return any(
        len({line.count(mark) for line in lines}) == 1 and mark in lines[0] for mark in "\t;"
    )


def _is_markdown(text: str, suffix: str) -> bool:
    if suffix in (".md", ".markdown", ".mdx", ".rst"):
        return True
    return (
        suffix in ("", ".txt")
        and bool(re.search(r"^#{1,6} \S", text, re.M))
        and len(MARKDOWN.findall(text)) >= max(3, text.count("\n") // 20)
    )


TESTS: tuple[tuple[Format, Callable[[str, str], bool]], ...] = (
    ("mbox", lambda text, _: bool(re.match(r"From \S+.*\d{4}\r?\n[\w-]+:", text))),
    ("enex", lambda text, _: "<en-export" in text[:4096]),
    ("eml", _is_mail),
    ("html", _is_html),
    ("xml", _is_xml),
    ("code", lambda text, suffix: suffix in CODE or text.startswith("#!")),
    ("json", _is_json),
    ("csv", _is_table),
    ("markdown", _is_markdown),
)
