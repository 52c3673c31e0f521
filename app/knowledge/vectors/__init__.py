"""Chunks found by their meaning: vectors in Chroma, embedded here or on a server."""
