"""From any audio or video file to 16 kHz mono samples, in a child process."""
