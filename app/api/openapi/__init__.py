"""GET /openapi.json: everything that the server answers, described for programs."""
