"""What llama.cpp's server tests say of two servers, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable

Outcomes = dict[str, bool]  # test id, such as "basic::test_server_props": did it pass?

# Features of llama.cpp's server that an assistant in one file does not have.
OUT_OF_SCOPE = frozenset(
    {"router", "mcp_servers", "tools_builtin", "proxy", "compat_gcp", "kv_keep_only_active"}
)


def table(ours: Outcomes, theirs: Outcomes) -> str:
    """Per file: its tests, how many each server passes, and those that llama-server alone does."""
    areas = sorted({area(test) for test in (*ours, *theirs)})
    within = [name for name in areas if name not in OUT_OF_SCOPE]
    lines = [
        "| tests | all | llama-server passes | of these, assistant | only llama-server passes |",
        "|---|---|---|---|---|",
        *(_row(name, [name], ours, theirs) for name in within),
        _row("**together**", within, ours, theirs),
        *(
            _row(f"{name} (out of scope)", [name], ours, theirs)
            for name in areas
            if name in OUT_OF_SCOPE
        ),
    ]
    return "\n".join(lines)


def _row(title: str, areas: Iterable[str], ours: Outcomes, theirs: Outcomes) -> str:
    tests = {test for test in (*ours, *theirs) if area(test) in areas}
    passed = {test for test in tests if theirs.get(test)}
    both = {test for test in passed if ours.get(test)}
    alone = sorted(passed - both)
    names = ", ".join(f"`{test.partition('::')[2]}`".replace("|", "\\|") for test in alone)
    told = f" {names} |" if names and title in areas else " |"
    return f"| {title} | {len(tests)} | {len(passed)} | {len(both)} |{told}"


def area(test: str) -> str:
    """The file that a test stands in, such as "basic"."""
    return test.partition("::")[0]


def only_theirs(ours: Outcomes, theirs: Outcomes) -> list[str]:
    """The tests in scope that llama-server passes and ours does not."""
    return sorted(
        test
        for test, passed in theirs.items()
        if passed and not ours.get(test) and area(test) not in OUT_OF_SCOPE
    )
