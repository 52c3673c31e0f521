from __future__ import annotations

from pathlib import Path

from app.knowledge.database import Database
from app.knowledge.drafts import Wanted
from app.knowledge.job import Job
from app.knowledge.jobs import Jobs
from app.knowledge.originals import Original


def queued(jobs: Jobs, source: str, content: str) -> Job:
    return jobs.add(source, source, Original(content, 1, Path(content)), Wanted())


def test_two_versions_of_one_file_are_read_one_after_the_other(tmp_path: Path):
    jobs = Jobs(Database(tmp_path / "jobs.db"))
    old, new, other = queued(jobs, "a", "1"), queued(jobs, "a", "2"), queued(jobs, "b", "3")
    taken = [jobs.take(0), jobs.take(0), jobs.take(0)]
    assert [job and job.uid for job in taken] == [old.uid, other.uid, None]
    jobs.end(old, "done")
    later = jobs.take(0)
    assert later is not None
    assert later.uid == new.uid


def test_what_a_killed_program_was_reading_waits_again(tmp_path: Path):
    jobs = Jobs(Database(tmp_path / "jobs.db"))
    job = queued(jobs, "a", "1")
    assert jobs.take(0) is not None
    again = Jobs(Database(tmp_path / "jobs.db")).take(0)
    assert again is not None
    assert again.uid == job.uid
