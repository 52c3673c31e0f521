"""GBNF, read and judged before llama.cpp sees it: no grammar may harm the engine."""
