"""Hears, sees, looks things up, answers and speaks: all of it in one request."""
