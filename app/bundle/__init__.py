"""Our own executable as a file: what lies in it, where, and what of it is unpacked."""
