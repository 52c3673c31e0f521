"""From samples to words: whisper.cpp, in a child process of its own."""
