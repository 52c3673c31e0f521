"""From a file of any kind to blocks of text, in a child process that may crash or hang."""
