"""The command line: its verbs, what they say in the terminal, and their exit statuses."""

from app.cli.program import main

__all__ = ["main"]
