"""What was said: conversations as trees of messages, whose they are, and how they are found."""
