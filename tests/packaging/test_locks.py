from __future__ import annotations

import json
import re

import pytest

import llama_source
import places

LOCKS = sorted(places.LOCKS.glob("*.txt"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_a_lock_names_exact_versions_with_hashes_and_no_address(lock: object):
    text = lock.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert "://" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert entries
    for entry in entries:
        assert re.match(r"[\w.-]+==[\w.]+( ; [^\\]+)? \\\n", entry), entry
        assert "--hash=sha256:" in entry


def test_the_pages_lock_names_no_address():
    lock = json.loads((places.ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert not [name for name, entry in packages.items() if "resolved" in entry]
    assert not [name for name, entry in packages.items() if "integrity" not in entry]


def test_what_is_compiled_is_what_is_locked():
    assert (places.LOCKS / "llama.txt").read_text().startswith(f"{llama_source.REQUIREMENT} \\")


def test_numpy_is_not_in_the_file():
    assert "numpy" not in (places.LOCKS / "runtime.txt").read_text()
