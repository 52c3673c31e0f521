"""Documents over HTTP: our own addresses, privateGPT's, and OpenAI's files and vector stores."""
