"""Guesses ahead of an answer, from its own words or by a smaller model."""
