"""OpenAI's protocol, with what llama-server adds to it."""
