from __future__ import annotations

import errno

import pytest

import failures


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("OSError: [Errno 28] No space left on device", failures.DISK_FULL),
        ("npm error code ENOSPC", failures.DISK_FULL),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM …", failures.DAMAGED_DOWNLOAD),
        ("npm error code EINTEGRITY", failures.DAMAGED_DOWNLOAD),
        ("NewConnectionError: … Temporary failure in name resolution", failures.NO_NETWORK),
        ("npm error code ENOTFOUND", failures.NO_NETWORK),
        ("error: expected ';' before '}' token", None),
    ],
)
def test_what_tools_say_is_put_into_words(output: str, expected: object):
    assert failures.meaning(output) == expected


def test_a_full_disk_says_that_room_is_needed():
    error = OSError(errno.ENOSPC, "No space left on device", "dist/assistant")
    assert failures.of_system(error).message == failures.DISK_FULL


def test_another_failure_names_the_file_and_the_reason():
    error = PermissionError(errno.EACCES, "Permission denied", "dist")
    assert failures.of_system(error).message.en.startswith(
        "dist cannot be used: Permission denied."
    )
