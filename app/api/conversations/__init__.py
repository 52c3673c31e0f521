"""Conversations that are kept: profiles, history, and answers that outlast the tab."""
