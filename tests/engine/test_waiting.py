from __future__ import annotations

import pytest

from app.engine.waiting import SPINS, wait_briefly


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, {"GOMP_SPINCOUNT": str(SPINS)}),
        ({"GOMP_SPINCOUNT": "7"}, {"GOMP_SPINCOUNT": "7"}),
        ({"OMP_WAIT_POLICY": "ACTIVE"}, {"OMP_WAIT_POLICY": "ACTIVE"}),
    ],
)
def test_it_waits_briefly_unless_told_otherwise(given: dict[str, str], kept: dict[str, str]):
    wait_briefly(given)
    assert given == kept
