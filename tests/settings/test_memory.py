from __future__ import annotations

from pathlib import Path

import pytest

from app.settings.memory import Memory, linux_memory, memory

MEMINFO = "MemTotal:  1000 kB\nMemFree: 1 kB\nMemAvailable:    600 kB\n"


def machine(root: Path, cgroup: str, **files: str) -> Path:
    texts = {"proc/meminfo": MEMINFO, "proc/self/cgroup": cgroup, **files}
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def test_without_a_limit_it_is_what_the_kernel_says(tmp_path: Path) -> None:
    assert linux_memory(machine(tmp_path, "0::/\n")) == Memory(1_024_000, 614_400)


@pytest.mark.parametrize(
    ("cgroup", "folder", "limit", "used"),
    [
        ("0::/a/b\n", "sys/fs/cgroup/a", "memory.max", "memory.current"),
        (
            "9:memory:/a\n",
            "sys/fs/cgroup/memory/a",
            "memory.limit_in_bytes",
            "memory.usage_in_bytes",
        ),
    ],
)
def test_a_cgroup_limits_it(
    tmp_path: Path, cgroup: str, folder: str, limit: str, used: str
) -> None:
    root = machine(
        tmp_path, cgroup, **{f"{folder}/{limit}": "500000", f"{folder}/{used}": "100000\n"}
    )
    assert linux_memory(root) == Memory(500_000, 400_000)


def test_a_cgroup_without_a_limit_changes_nothing(tmp_path: Path) -> None:
    files = {"sys/fs/cgroup/memory.max": "max\n", "sys/fs/cgroup/memory.current": "5"}
    assert linux_memory(machine(tmp_path, "0::/\n", **files)).total == 1_024_000


def test_this_machine_has_memory() -> None:
    found = memory()
    assert found.total > (found.available or 0) > 0
