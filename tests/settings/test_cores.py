from __future__ import annotations

from pathlib import Path

import pytest

from app.settings.cores import linux_cores, physical_cores

V2 = "0::/user.slice/one\n"
V1 = "4:cpu,cpuacct:/docker/one\n0::/\n"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """Four cores with two threads each: 0 and 4 are siblings, 1 and 5, …"""
    for cpu in range(8):
        put(
            tmp_path,
            f"sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list",
            f"{cpu % 4},{cpu % 4 + 4}\n",
        )
    return tmp_path


def put(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_siblings_count_once(machine: Path) -> None:
    assert linux_cores(range(8), machine) == 4


@pytest.mark.parametrize(("allowed", "cores"), [({0, 4}, 1), ({0, 1}, 2), ({2, 5, 6}, 2)])
def test_only_the_processors_that_affinity_allows_count(
    machine: Path, allowed: set[int], cores: int
) -> None:
    assert linux_cores(allowed, machine) == cores


def test_slow_cores_of_a_hybrid_processor_do_not_count(machine: Path) -> None:
    put(machine, "sys/devices/cpu_core/cpus", "0-1,4-5\n")
    assert linux_cores(range(8), machine) == 2
    assert linux_cores({2, 3}, machine) == 2, "where only slow ones are allowed, they do"


@pytest.mark.parametrize(
    ("quota", "cores"),
    [("200000 100000", 2), ("150000 100000", 2), ("50000 100000", 1), ("max 100000", 4)],
)
def test_a_cgroup_limits_the_cores(machine: Path, quota: str, cores: int) -> None:
    put(machine, "proc/self/cgroup", V2)
    put(machine, "sys/fs/cgroup/user.slice/cpu.max", quota)
    assert linux_cores(range(8), machine) == cores


def test_within_a_container_the_limit_lies_at_the_mounts_root(machine: Path) -> None:
    put(machine, "proc/self/cgroup", "0::/\n")
    put(machine, "sys/fs/cgroup/cpu.max", "100000 100000\n")
    assert linux_cores(range(8), machine) == 1


def test_the_older_cgroups_limit_the_cores_too(machine: Path) -> None:
    put(machine, "proc/self/cgroup", V1)
    put(machine, "sys/fs/cgroup/cpu/docker/one/cpu.cfs_quota_us", "300000")
    put(machine, "sys/fs/cgroup/cpu/docker/one/cpu.cfs_period_us", "100000")
    assert linux_cores(range(8), machine) == 3


def test_without_any_topology_each_processor_counts(tmp_path: Path) -> None:
    assert linux_cores({0, 1, 2}, tmp_path) == 3


def test_this_machine_has_a_core() -> None:
    assert physical_cores() >= 1
