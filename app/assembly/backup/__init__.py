"""Backups of the data folder, made and brought back while an assistant works with it."""
