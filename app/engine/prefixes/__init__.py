"""Beginnings that have been read once: in slots, in memory, and on disk."""
