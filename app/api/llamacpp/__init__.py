"""llama-server's own protocol. Source: llama.cpp, tools/server/README.md."""
