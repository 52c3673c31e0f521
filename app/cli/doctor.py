"""`assistant doctor`: looks this machine over, and says what is off and what to do about it."""

from __future__ import annotations

import json
from functools import cache

from app import assembly
from app.bundle.parts import parts
from app.cli.checks import Finding, Patient, examine
from app.cli.loading import preparing
from app.cli.terminal import Terminal
from app.cli.verbs import Start
from app.cli.width import padded, wrapped
from app.language import Text

TITLE_COLUMNS = 11


def run(start: Start) -> int:
    """Prints the findings; 1 where something keeps the assistant from answering."""
    with preparing(start.terminal):
        found = parts()
        choice = cache(lambda: assembly.variant(start.settings, found))
        findings = examine(Patient(start.settings, found, choice))
    if "json" in start.switches:
        start.terminal.say(as_json(findings, start.terminal))
    else:
        start.terminal.say(report(findings, start.terminal))
    return 1 if any(each.broken for each in findings) else 0


def as_json(findings: list[Finding], terminal: Terminal) -> str:
    """For programs: one object for each check, by its name."""
    return json.dumps(
        {
            each.name: {
                "ok": each.advice is None,
                "advice": each.advice and terminal.told(each.advice),
                **each.facts,
            }
            for each in findings
        },
        ensure_ascii=False,
        indent=2,
    )


def report(findings: list[Finding], terminal: Terminal) -> str:
    """For people: a paragraph for each check, and advice under it."""
    return "\n".join(
        [*(_paragraph(each, terminal) for each in findings), _verdict(findings, terminal)]
    )


def _paragraph(finding: Finding, terminal: Terminal) -> str:
    indent = " " * TITLE_COLUMNS
    lines = [wrapped(terminal.told(each), terminal.width, indent) for each in finding.told]
    if finding.advice:
        advice = Text("→ {it}", "→ {it}").filled(it=terminal.told(finding.advice))
        lines.append(wrapped(terminal.told(advice), terminal.width, indent))
    title = padded(terminal.told(finding.title), TITLE_COLUMNS)
    return title + "\n".join(lines)[TITLE_COLUMNS:]


def _verdict(findings: list[Finding], terminal: Terminal) -> str:
    advised = sum(1 for each in findings if each.advice)
    if not advised:
        return terminal.told(Text("\nEverything is in order.", "\n一切正常。"))
    return terminal.told(
        Text("\nAdvice: {count}, marked with “→”.", "\n有 {count} 条建议，以“→”标出。").filled(
            count=advised
        )
    )
