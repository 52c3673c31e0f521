"""Ollama's protocol. Source: github.com/ollama/ollama, docs/api.md."""
