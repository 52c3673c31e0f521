"""Recordings in, text out; as OpenAI's protocol has it."""
