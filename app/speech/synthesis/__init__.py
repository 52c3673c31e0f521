"""From sentences to sound, in a child process of its own."""
