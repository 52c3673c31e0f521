"""The language model: tokens, templates, scheduling, and the one thread that owns llama.cpp."""
