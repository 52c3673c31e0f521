"""Where documents come from and how they go, through the built file."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.frozen.keeper import Keeper
from tests.frozen.pictures import picture
from tests.knowledge.libraries import until
from tests.knowledge.site import Site

pytestmark = [
    pytest.mark.frozen,
    pytest.mark.skipif(sys.platform == "win32", reason="POSIX folders"),
]

MEDLAR = "The medlar was planted in 1987."


class Watched:
    """A folder that is watched, and the documents of its files as they were at first."""

    def __init__(self, keeper: Keeper, folder: Path) -> None:
        self.keeper, self.folder = keeper, folder
        for name in ("kept", "moved", "changed", "gone"):
            (folder / f"{name}.txt").write_text(f"This is what was {name}.", encoding="utf-8")
        wanted = {"path": str(folder), "watch": True, "collection": folder.name}
        jobs = [keeper.over(job) for job in keeper.post("/v1/documents", wanted)["data"]]
        self.first = {job["name"]: job["document"] for job in jobs}

    def change(self) -> None:
        """One of each: a new file, a changed one, one that moves, one that goes."""
        (self.folder / "new.txt").write_text("Nobody knew this.", encoding="utf-8")
        (self.folder / "changed.txt").write_text("It says something else.", encoding="utf-8")
        (self.folder / "deeper").mkdir()
        (self.folder / "moved.txt").rename(self.folder / "deeper/renamed.txt")
        (self.folder / "gone.txt").unlink()

    def now(self) -> dict[str, str]:
        """The documents of its files by their names."""
        listed = self.keeper.http.get("/v1/documents", params={"collection": self.folder.name})
        return {each["name"]: each["id"] for each in listed.json()["data"]}

    def says(self, name: str) -> str:
        return str(self.keeper.http.get(f"/v1/documents/{self.now()[name]}/text").json()["text"])


@pytest.fixture(scope="module", autouse=True)
def watched(keeper: Keeper, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """It changes before any of the tests, so that the last one need not wait for the next look."""
    watched = Watched(keeper, tmp_path_factory.mktemp("watched"))
    watched.change()
    return watched


def test_a_site_is_followed_as_far_as_it_may_be(keeper: Keeper) -> None:
    pages = {
        "/robots.txt": "User-agent: *\nDisallow: /secret",
        "/": "<title>Home</title><p>All about trees.<a href=/a>a</a><a href=/secret/x>x</a>",
        "/a": f"<title>Medlars</title><p>{MEDLAR}<a href=/b>b</a>",
        "/b": "<title>Too far</title><p>Nobody gets here.",
        "/secret/x": "<title>Secret</title><p>Nobody may read this.",
    }
    with Site(pages) as site:
        refused = keeper.over(keeper.added(url=site.address))
        assert refused["state"] == "failed"
        assert "is an address of this machine or its network" in refused["problem"]
        assert site.visited == []
        wanted = {"url": site.address, "depth": 1, "private": True, "collection": "site"}
        keeper.over(keeper.added(**wanted))
        until(lambda: sorted(keeper.names("site")) == ["Home", "Medlars"])
        until(lambda: "robots.txt" in (job_of(keeper, f"{site.address}/secret/x")["problem"] or ""))
        assert sorted(set(site.visited)) == ["/", "/a", "/robots.txt"]


def job_of(keeper: Keeper, source: str) -> dict[str, Any]:
    """The last job of a source."""
    jobs = keeper.http.get("/v1/jobs").json()["data"]
    return next(dict(job) for job in jobs if job["source"] == source)


def test_what_is_known_is_not_read_again_and_what_is_deleted_is_gone_at_once(
    keeper: Keeper,
) -> None:
    text = "The only sentence about xylophones."
    first = keeper.done(keeper.added(text=text, name="xylophones.txt"))
    again = keeper.added(text=text, name="xylophones.txt")
    assert (again["state"], again["document"]) == ("done", first["document"])
    assert [each["name"] for each in keeper.search("xylophones", first)] == ["xylophones.txt"]
    began = time.monotonic()
    assert keeper.http.delete(f"/v1/documents/{first['document']}").is_success
    assert time.monotonic() - began < 10  # far more than it takes, on any machine
    found = keeper.post("/v1/search", {"query": "xylophones"})["data"]
    assert "xylophones.txt" not in [each["name"] for each in found]


def test_a_job_is_cancelled_while_it_is_read(keeper: Keeper, tmp_path: Path) -> None:
    path = tmp_path / "scans.tiff"
    path.write_bytes(picture(*(f"Page number {page}" for page in range(40))))
    job = keeper.add(path)
    assert (job["share"], job["document"]) == (0, None)
    assert keeper.http.delete(f"/v1/jobs/{job['id']}").json()["state"] == "cancelled"
    assert keeper.over(keeper.added(text=MEDLAR, name="after.txt"))["problem"] is None
    assert "scans.tiff" not in keeper.names()


def test_one_chinese_character_is_found(keeper: Keeper) -> None:
    job = keeper.over(keeper.added(text="院子里种着一棵榅桲树。", name="院子.txt"))
    for character in "树棵":
        assert [each["name"] for each in keeper.search(character, job)] == ["院子.txt"]


def test_privategpt_s_clients_are_answered_in_their_shapes(keeper: Keeper) -> None:
    sent = {"file": ("medlar.md", f"# Old trees\n\n{MEDLAR}".encode())}
    [kept] = keeper.http.post("/v1/ingest/file", files=sent).raise_for_status().json()["data"]
    text = {"file_name": "pear", "text": "The pear tree is older."}
    [pasted] = keeper.post("/v1/ingest/text", text)["data"]
    assert (kept["object"], kept["doc_metadata"]["file_name"]) == ("ingest.document", "medlar.md")
    listed = keeper.http.get("/v1/ingest/list").json()["data"]
    assert {each["doc_id"] for each in listed} >= {kept["doc_id"], pasted["doc_id"]}
    only = {"docs_ids": [kept["doc_id"]]}
    [chunk] = keeper.post("/v1/chunks", {"text": "tree", "context_filter": only})["data"]
    assert (chunk["object"], chunk["document"]["doc_id"]) == ("context.chunk", kept["doc_id"])
    question = [{"role": "user", "content": "When was the medlar planted?"}]
    certain = {"grammar": f'root ::= "{MEDLAR}"', "use_context": True, "context_filter": only}
    answer = keeper.post("/v1/chat/completions", {"messages": question, **certain})
    [choice] = answer["choices"]
    assert choice["message"]["content"] == MEDLAR
    assert [each["object"] for each in choice["sources"]] == ["context.chunk"]
    [citation] = choice["citations"]
    place = slice(citation["source_start"], citation["source_end"])
    whole = keeper.http.get(f"/v1/documents/{kept['doc_id']}/text").json()["text"]
    assert (citation["document"], whole[place]) == (kept["doc_id"], MEDLAR)
    silent = {"messages": question, **certain, "include_sources": False}
    assert "sources" not in keeper.post("/v1/chat/completions", silent)["choices"][0]
    for each in (kept, pasted):
        assert keeper.http.delete(f"/v1/ingest/{each['doc_id']}").is_success
    assert keeper.post("/v1/chunks", {"text": "tree", "context_filter": only})["data"] == []


def test_a_watched_folder_s_files_follow(watched: Watched) -> None:
    names = ["changed.txt", "kept.txt", "new.txt", "renamed.txt"]
    until(lambda: sorted(watched.now()) == names)
    assert watched.now()["renamed.txt"] == watched.first["moved.txt"]
    until(lambda: watched.says("changed.txt") == "It says something else.")
    assert watched.now()["changed.txt"] == watched.first["changed.txt"]
    assert watched.says("kept.txt") == "This is what was kept."
