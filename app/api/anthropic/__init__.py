"""Anthropic's protocol. Source: docs.anthropic.com, API reference, "Messages"."""
