"""Listening: recordings become text, in children of this program that may crash or hang."""
