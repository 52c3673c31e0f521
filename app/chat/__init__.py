"""Chat as text: tools, structured output and reasoning, over an engine that knows only tokens.

request -> prompt (template, tools) and grammar -> the engine's text -> parsers -> reply.
"""
