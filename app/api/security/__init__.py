"""Pairing, devices and keys on the wire."""
