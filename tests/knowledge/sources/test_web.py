from __future__ import annotations

import pytest

from app.errors import SourceRefused
from app.knowledge.sources.web import Page, Web, normalized, same_site
from tests.knowledge.site import Site


def test_a_page_is_fetched_with_its_title_and_links():
    html = (
        "<title> My  page </title><a href='two.html#part'>two</a>"
        "<a href='mailto:a@b.c'>mail</a><a href='two.html'>again</a><a href='//[bad'>bad</a>"
    )
    with Site({"/one.html": html}) as site:
        page = Web(private_allowed=True).fetch(f"{site.address}/one.html")
    assert page.name == "My page"
    assert page.links() == [f"{site.address}/two.html"]


def test_robots_txt_is_kept():
    rules = "User-agent: *\nDisallow: /private\n"
    with Site({"/robots.txt": rules, "/private": "secret", "/open": "hello"}) as site:
        web = Web(private_allowed=True)
        assert web.fetch(f"{site.address}/open").content == b"hello"
        with pytest.raises(SourceRefused, match="robots"):
            web.fetch(f"{site.address}/private")
    assert "/private" not in site.visited
    assert site.visited.count("/robots.txt") == 1


def test_private_addresses_are_refused_also_behind_a_redirect(monkeypatch: pytest.MonkeyPatch):
    with Site({"/": "hello"}) as inner:
        with pytest.raises(SourceRefused, match="Allow private"):
            Web().fetch(inner.address)
        with Site({"/": f"{inner.address}/"}) as outer:
            # Only the outer site counts as public here.
            own = outer.address.rpartition(":")[2]
            monkeypatch.setattr(
                "app.knowledge.sources.web.resolved",
                lambda host, port, _: host if str(port) == own else _refuse(),
            )
            with pytest.raises(SourceRefused, match="inner"):
                Web().fetch(outer.address)
    assert inner.visited == []


def _refuse() -> str:
    from app.language import Text

    raise SourceRefused(Text("inner", "内部"))


def test_a_page_that_is_not_there_or_turns_in_a_circle_is_refused():
    with Site({}) as site, pytest.raises(SourceRefused, match="HTTP 404"):
        Web(private_allowed=True).fetch(f"{site.address}/none")
    pages: dict[str, str] = {}
    with Site(pages) as site:
        pages["/circle"] = f"{site.address}/circle"
        with pytest.raises(SourceRefused, match="too many redirects"):
            Web(private_allowed=True).fetch(f"{site.address}/circle")


def test_addresses_are_brought_to_one_form():
    assert normalized("Example.org") == "https://Example.org/".lower()
    assert normalized("http://a.b/c?d=e#f") == "http://a.b/c?d=e"
    assert same_site("http://a.b/c", "http://a.b/d")
    assert not same_site("http://a.b/c", "http://x.b/c")
    for wrong in ("file:///etc/passwd", "ftp://a.b/c", "javascript:alert(1)://", "http://"):
        with pytest.raises(SourceRefused, match="not the address"):
            normalized(wrong)


def test_a_file_on_the_web_is_named_by_its_path():
    assert (
        Page("https://a.b/files/r%C3%A9sum%C3%A9.pdf", b"", "application/pdf").name == "résumé.pdf"
    )
    assert Page("https://a.b/", b"", "text/plain").name == "a.b"
