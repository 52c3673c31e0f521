from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app import assembly
from app.assembly.library import DATABASE, FOLDER
from app.bundle.directory import Entry
from app.bundle.parts import Parts
from app.bundle.slice import Slice
from app.cli import checks, doctor
from app.cli.checks import Patient
from app.cli.terminal import Terminal
from app.cli.width import columns
from app.engine.processor.variants import Choice
from app.errors import EngineFailed
from app.knowledge.database import Database
from app.language import Text
from app.security.sandbox import Wall
from app.security.sandbox.confinement import TITLES
from app.settings.memory import Memory
from tests.cli.surroundings import Screen, parts_of, settings_of

CHOICE = Choice(
    "haswell",
    Path("/libggml-cpu-haswell.so"),
    Text("haswell: the best", "haswell：最佳"),
    {"zen4": Text("SIGILL: q4_0", "SIGILL：q4_0")},
)
WEIGHTS = Entry("chat", "model", 0, 1_100_000_000, "0" * 64, "Small chat", "Apache-2.0", "here")


WALLS = (
    Wall("files", TITLES["files"]),
    Wall("calls", TITLES["calls"], "Function not implemented"),
)
TRIED = assembly.Tried(WALLS, {"files": False, "network": False})


@pytest.fixture(autouse=True)
def _machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "memory", lambda: Memory(8 * 10**9, 4 * 10**9))
    monkeypatch.setattr(checks, "physical_cores", lambda: 4)
    monkeypatch.setattr(checks, "_devices", lambda patient: [("AMD", False)])
    monkeypatch.setattr(assembly, "tried", lambda _: TRIED)


@pytest.fixture
def patient(home: Path) -> Callable[..., Patient]:
    def make(*arguments: str, parts: Parts | None = None) -> Patient:
        found = parts or replace(
            parts_of(home),
            model=Slice(home / "assistant", 0, WEIGHTS.size),
            entries=(WEIGHTS,),
        )
        settings = settings_of(home, "--port", "0", "--threads", "4", *arguments)
        return Patient(settings, found, lambda: CHOICE)

    return make


def finding(patient: Patient, name: str) -> checks.Finding:
    return next(each for each in checks.examine(patient) if each.name == name)


def test_a_sound_machine_needs_no_advice(patient: Callable[..., Patient]) -> None:
    assert [each.name for each in checks.examine(patient()) if each.advice] == []


def test_the_variant_comes_with_its_reason_and_those_refused(
    patient: Callable[..., Patient],
) -> None:
    found = finding(patient(), "processor")
    told = [each.en for each in found.told]
    assert "haswell: the best" in told
    assert "refused zen4: SIGILL: q4_0" in told
    assert found.facts["refused"] == {"zen4": "SIGILL: q4_0"}


def test_the_models_come_with_size_and_licence(patient: Callable[..., Patient]) -> None:
    found = finding(patient(), "models")
    assert [each.en for each in found.told] == ["Small chat, 1.1 GB, Apache-2.0"]


@pytest.mark.parametrize(
    ("arguments", "name", "advice"),
    [
        (("--threads", "9"), "processor", "Leave out --threads"),
        (("--gpu-layers", "5"), "gpu", "has no effect"),
    ],
)
def test_a_setting_that_hurts_is_named(
    patient: Callable[..., Patient], arguments: tuple[str, ...], name: str, advice: str
) -> None:
    found = finding(patient(*arguments), name)
    assert found.advice
    assert advice in found.advice.en


def test_an_idle_gpu_is_named(
    patient: Callable[..., Patient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_devices", lambda patient: [("Card", True), ("AMD", False)])
    found = finding(patient("-ngl", "0"), "gpu")
    assert [each.en for each in found.told] == ["Card"]
    assert found.advice
    assert "idle" in found.advice.en


def test_too_little_memory_is_advised_on(
    patient: Callable[..., Patient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "memory", lambda: Memory(8 * 10**9, 10**9))
    found = finding(patient(), "memory")
    assert found.advice
    assert "1.1 GB" in found.advice.en


def test_a_taken_port_names_who_has_it(patient: Callable[..., Patient]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        number = listening.getsockname()[1]
        found = finding(patient("--port", str(number)), "port")
    assert found.facts["state"] == "taken"
    assert found.advice


def test_a_data_folder_that_is_not_writable_is_advised_on(
    patient: Callable[..., Patient], home: Path
) -> None:
    (home / ".local").touch()
    found = finding(patient(), "data")
    assert found.facts["writable"] is False
    assert found.advice


def test_a_check_that_fails_is_a_finding_and_the_others_go_on(
    patient: Callable[..., Patient],
) -> None:
    def choice() -> Choice:
        raise EngineFailed(Text("No variant computes rightly.", "没有可用的变体。"))

    findings = checks.examine(replace(patient(), choice=choice))
    broken = [each for each in findings if each.broken]
    assert [each.name for each in broken] == ["processor"]
    assert broken[0].advice == Text("No variant computes rightly.", "没有可用的变体。")
    assert len(findings) == len(checks.CHECKS)


def test_without_a_model_nothing_can_be_answered(
    patient: Callable[..., Patient], home: Path
) -> None:
    found = finding(patient(parts=parts_of(home)), "models")
    assert found.broken
    assert found.advice
    assert "-m model.gguf" in found.advice.en


def test_as_json_each_check_is_an_object_by_its_name(
    patient: Callable[..., Patient], terminal: Terminal
) -> None:
    told = json.loads(doctor.as_json(checks.examine(patient("--threads", "9")), terminal))
    assert list(told) == [name for name, _ in checks.CHECKS]
    assert told["processor"]["variant"] == "haswell"
    assert told["processor"]["ok"] is False
    assert "--threads" in told["processor"]["advice"]
    assert told["memory"] == {
        "ok": True,
        "advice": None,
        "total_bytes": 8 * 10**9,
        "available_bytes": 4 * 10**9,
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_report_fits_into_80_columns(
    patient: Callable[..., Patient], screen: Screen, language: str
) -> None:
    terminal = Terminal("zh" if language == "zh" else "en", screen, screen)
    report = doctor.report(checks.examine(patient("--threads", "9")), terminal)
    unbroken = str(patient().settings.data)  # a path stays whole
    lines = [line for line in report.splitlines() if unbroken not in line]
    assert max(map(columns, lines)) <= 80
    assert "→" in report


@pytest.mark.parametrize(
    ("size", "told"), [(5, "5 bytes"), (98_362_432, "98 MB"), (1_117_320_768, "1.1 GB")]
)
def test_sizes_are_told_in_units_for_people(size: int, told: str) -> None:
    assert checks.gigabytes(size) == told


def test_documents_are_counted_and_what_is_not_read_is_told(
    patient: Callable[..., Patient], tmp_path: Path
) -> None:
    empty = finding(patient("--data", str(tmp_path)), "documents")
    assert "assistant ingest" in empty.told[0].en
    assert empty.facts["text_recognition"] is False
    database = Database(tmp_path / FOLDER / DATABASE)
    database.close()
    told = finding(patient("--data", str(tmp_path)), "documents")
    assert (told.facts["documents"], told.facts["waiting"]) == (0, 0)
    off = finding(patient("--data", str(tmp_path), "--no-documents"), "documents")
    assert off.facts == {"kept": False}


def test_documents_that_cannot_be_opened_are_advised_on_and_answers_go_on(
    patient: Callable[..., Patient], tmp_path: Path
) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / DATABASE).write_bytes(b"not a database" * 1000)
    told = finding(patient("--data", str(tmp_path)), "documents")
    assert told.advice
    assert not told.broken


def test_who_hears_and_who_speaks_is_told(patient: Callable[..., Patient], home: Path) -> None:
    found = finding(patient(), "speech")
    assert [each.en for each in found.told] == [
        "speech is not recognized: there is no model",
        "texts are spoken: English (by heart)",
    ]
    (home / "own.bin").write_bytes(b"lmgg....")
    (home / "bf_emma.int8.onnx").write_bytes(b"")
    own = ("--whisper-model", str(home / "own.bin"), "--voices", str(home))
    found = finding(patient(*own), "speech")
    assert found.facts == {"recognizer": str(home / "own.bin"), "voices": ["heart", "emma"]}
    assert "英语" in found.told[1].zh
    assert finding(patient("--voices", str(home / "none")), "speech").broken


def test_it_tells_which_walls_stand_around_what_reads_files_and_why_others_do_not(
    patient: Callable[..., Patient],
) -> None:
    found = finding(patient(), "sandbox")
    told = [text.en for text in found.told]
    assert told[0] == "what reads files is kept in by: files (Landlock)"
    assert told[1] == "not by system calls (seccomp): Function not implemented"
    calls = {"on": False, "why": "Function not implemented"}
    assert found.facts["readers"]["walls"]["calls"] == calls
    assert found.facts["readers"]["possible"] == {"files": False, "network": False}


def test_it_advises_where_a_process_that_reads_files_was_seen_to_reach_the_network(
    patient: Callable[..., Patient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assembly, "tried", lambda _: replace(TRIED, possible={"network": True}))
    advice = finding(patient(), "sandbox").advice
    assert bool(advice) == (sys.platform == "linux")


def test_it_advises_against_leaving_the_sandbox_off(patient: Callable[..., Patient]) -> None:
    found = finding(patient("--no-sandbox"), "sandbox")
    assert found.facts == {"on": False}
    assert found.advice
