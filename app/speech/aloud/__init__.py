"""From text as it is written, Markdown and all, to sentences that can be said. Pure."""
