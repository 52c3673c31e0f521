from __future__ import annotations

from pathlib import Path

import pytest

from app.assembly.claim import Claim
from app.assembly.library import FOLDER
from app.cli import service as serving
from app.cli.client import Client, Refused
from app.cli.service import Service, service
from app.cli.terminal import Terminal
from app.cli.verbs import Start
from app.errors import BadSettings, LibraryFailed
from app.language import Text
from tests.cli.surroundings import settings_of


def test_an_assistant_that_has_the_folder_is_the_one_that_is_asked(
    tmp_path: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = Claim(tmp_path / FOLDER)
    claim.tell("http://127.0.0.1:9/")
    settings = settings_of(tmp_path, "--data", str(tmp_path), "--api-key", "k")
    given: list[object] = []
    monkeypatch.setattr(serving, "Client", lambda *arguments: given.extend(arguments))
    with service(Start(settings, terminal), answers=False) as served:
        assert served.stays
    assert given == ["http://127.0.0.1:9/", "k", "en"]
    claim.release()


def test_a_program_that_cannot_be_asked_is_named(
    tmp_path: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "TELLS_WITHIN_S", 0.2)
    claim = Claim(tmp_path / FOLDER)
    claim.take()
    start = Start(settings_of(tmp_path, "--data", str(tmp_path)), terminal)
    with pytest.raises(LibraryFailed, match="PID"), service(start, answers=False):
        pass
    claim.release()


def test_without_documents_it_says_why(tmp_path: Path, terminal: Terminal) -> None:
    start = Start(settings_of(tmp_path, "--data", str(tmp_path), "--no-documents"), terminal)
    with pytest.raises(BadSettings, match="--no-documents"), service(start, answers=False):
        pass


def test_loading_is_waited_for_and_a_failure_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Refused | None] = [
        Refused(Text("loading", "加载"), 503, 0.5),
        None,
        Refused(Text("broken", "坏"), 500),
    ]

    def get(_client: Client, _path: str) -> None:
        if (answer := answers.pop(0)) is not None:
            raise answer

    monkeypatch.setattr(Client, "get", get)
    served = Service(Client("http://127.0.0.1:9/", None, "en"), stays=True)
    assert not served.wait_ready(0)
    assert served.progress == 0.5
    assert served.wait_ready(5)
    with pytest.raises(Refused, match="broken"):
        served.wait_ready(5)
