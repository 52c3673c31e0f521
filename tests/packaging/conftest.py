from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import requirements

if TYPE_CHECKING:
    from convert.ggml import Ggml

# As `python3 packaging` does; at the end, so that no installed package is hidden.
sys.path.append(str(Path(__file__).parents[2] / "packaging"))

WEIGHTS = Path(os.environ.get("ASSISTANT_TEST_WEIGHTS", "/nowhere"))
"""May hold the unconverted weights: e5-small-q4.bin, whisper-base/model.bin and tokenizer.json."""

REAL = {
    "test_convert_real_e5.py": "e5-small-q4.bin",
    "test_convert_real_whisper.py": "whisper-base/model.bin",
}
# Not skipped where the weights are absent: nothing but these tests has a use for them.
collect_ignore = [test for test, weights in REAL.items() if not (WEIGHTS / weights).is_file()]


@pytest.fixture(scope="session")
def ggml() -> Ggml:
    """ggml of the compiled llama.cpp in this environment."""
    from convert.ggml import Ggml

    found = importlib.util.find_spec("llama_cpp")
    if found is None or found.origin is None:
        requirements.missing("llama-cpp-python is not installed")
    return Ggml(Path(found.origin).parent / "lib")
