"""Pages of the web: fetched politely, within limits, and never out of the private network."""

from __future__ import annotations

import http.client
import socket
import urllib.robotparser
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import SplitResult, unquote, urldefrag, urljoin, urlsplit, urlunsplit

from app.errors import SourceRefused
from app.knowledge.encodings import declared_in, decode
from app.knowledge.secured import trust
from app.knowledge.sources.addresses import resolved
from app.language import Text

AGENT = "Assistant"
TIMEOUT_S = 20.0
MOST_BYTES = 100 << 20
MOST_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Page:
    """What an address answered with, and where it was found in the end."""

    address: str
    content: bytes
    type: str

    @property
    def name(self) -> str:
        """A name for people: the page's title, else its address."""
        if self.is_html and (title := _Links.of(self).title):
            return title[:200]
        parts = urlsplit(self.address)
        return unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.netloc

    @property
    def is_html(self) -> bool:
        """Whether it may have links."""
        return "html" in self.type

    def links(self) -> list[str]:
        """The addresses that it links to, each once."""
        return list(dict.fromkeys(_Links.of(self).found)) if self.is_html else []


class Web:
    """The web as far as it may be read from here."""

    def __init__(self, private_allowed: bool = False) -> None:
        self._private_allowed = private_allowed
        self._robots: dict[str, urllib.robotparser.RobotFileParser] = {}

    def fetch(self, address: str) -> Page:
        """The page at an address. Raises: SourceRefused, in every case in which there is none."""
        address = normalized(address)
        if not self.allowed(address):
            raise SourceRefused(
                Text(
                    "{address} asks programs not to read it (robots.txt).",
                    "{address} 的 robots.txt 不允许程序读取。",
                ).filled(address=address)
            )
        return self._followed(address)

    def allowed(self, address: str) -> bool:
        """Whether the site's robots.txt lets us read that."""
        parts = urlsplit(address)
        site = urlunsplit((parts.scheme, parts.netloc, "", "", ""))
        if site not in self._robots:
            self._robots[site] = self._rules(site)
        return self._robots[site].can_fetch(AGENT, address)

    def _rules(self, site: str) -> urllib.robotparser.RobotFileParser:
        rules = urllib.robotparser.RobotFileParser()
        try:
            answer = self._followed(f"{site}/robots.txt")
            rules.parse(decode(answer.content[: 1 << 19]).splitlines())
        except SourceRefused as refused:
            # RFC 9309: none there, all is allowed; not to be had, nothing is.
            if isinstance(refused.__cause__, _Status) and refused.__cause__.status < 500:
                rules.parse([])
            else:
                raise
        return rules

    def _followed(self, address: str) -> Page:
        for _ in range(MOST_REDIRECTS + 1):
            status, headers, content = self._asked(urlsplit(address))
            location = headers.get("Location")
            if status in REDIRECTS and location:
                address = normalized(urljoin(address, location))
                continue
            if status != 200:
                raise _refused(address, f"HTTP {status}") from _Status(status)
            return Page(address, content, headers.get("Content-Type", "").lower())
        raise _refused(address, "too many redirects")

    def _asked(self, parts: SplitResult) -> tuple[int, http.client.HTTPMessage, bytes]:
        host, secure = parts.hostname or "", parts.scheme == "https"
        try:
            port = parts.port or (443 if secure else 80)
        except ValueError as error:
            raise _refused(parts.geturl(), "its port is not a number") from error
        address = resolved(host, port, self._private_allowed)
        connection = _Pinned(host, port, address, secure)
        path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        try:
            connection.request("GET", path, headers={"User-Agent": AGENT, "Accept": "*/*"})
            response = connection.getresponse()
            content = response.read(MOST_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            raise _refused(parts.geturl(), str(error) or type(error).__name__) from error
        finally:
            connection.close()
        if len(content) > MOST_BYTES:
            raise _refused(parts.geturl(), f"larger than {MOST_BYTES >> 20} MiB")
        return response.status, response.headers, content


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was looked at before."""

    def __init__(self, host: str, port: int, address: str, secure: bool) -> None:
        super().__init__(host, port, timeout=TIMEOUT_S)
        self._address = address
        self._secure = secure

    def connect(self) -> None:
        plain = socket.create_connection((self._address, self.port), self.timeout)
        if not self._secure:
            self.sock = plain
            return
        self.sock = trust().wrap_socket(plain, server_hostname=self.host)


class _Status(Exception):
    """An HTTP status other than 200."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _Links(HTMLParser):
    """The title and the links of a page."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.title = ""
        self._base = base
        self._in_title = False

    @classmethod
    def of(cls, page: Page) -> _Links:
        """Those of a page that was fetched."""
        links = cls(page.address)
        links.feed(decode(page.content, declared_in(page.content)))
        links.title = " ".join(links.title.split())
        return links

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the address of an anchor, and a base for those that follow."""
        reference = dict(attrs).get("href") or ""
        if tag == "base" and reference:
            self._base = urljoin(self._base, reference)
        elif tag == "a" and reference:
            self.found.extend(_absolute(self._base, reference))
        self._in_title = tag == "title" and not self.title

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002
        """The title ends."""
        self._in_title = False

    def handle_data(self, data: str) -> None:
        """The words of the title."""
        if self._in_title:
            self.title += data


def normalized(address: str) -> str:
    """An address without its fragment, with a scheme. Raises: SourceRefused."""
    if "://" not in address:
        address = f"https://{address}"
    parts = urlsplit(urldefrag(address).url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SourceRefused(
            Text(
                "{address} is not the address of a web page (https://…).",
                "{address} 不是网页地址（https://…）。",
            ).filled(address=address)
        )
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", parts.query, ""))


def same_site(address: str, other: str) -> bool:
    """Whether two addresses are of one host."""
    return urlsplit(address).netloc == urlsplit(other).netloc


def _absolute(base: str, reference: str) -> Iterator[str]:
    try:
        address = urljoin(base, reference)
        if urlsplit(address).scheme in ("http", "https"):
            yield normalized(address)
    except (ValueError, SourceRefused):
        return


def _refused(address: str, why: str) -> SourceRefused:
    return SourceRefused(
        Text("{address} could not be fetched: {why}.", "无法获取 {address}：{why}。").filled(
            address=address, why=why
        )
    )
