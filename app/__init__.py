"""A whole personal assistant, offline, in one file."""

__version__ = "0.1.0"
