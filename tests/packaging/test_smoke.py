from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import smoke
from failures import BuildFailed

pytestmark = pytest.mark.skipif(os.name == "nt", reason="starts a script")

SERVER = """#!{python}
import http.server, json, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.reply({{}})
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.reply({{"choices": [{{"message": {{"content": {answer!r}}}}}]}})
    def reply(self, content):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())
    def log_message(self, *_):
        pass
port = int(sys.argv[sys.argv.index("--port") + 1])
http.server.HTTPServer(("127.0.0.1", port), Answer).serve_forever()
"""


def program(folder: Path, text: str) -> Path:
    path = folder / "assistant"
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_a_program_that_answers_passes(tmp_path: Path):
    server = SERVER.format(python=sys.executable, answer="Hello!")
    assert smoke.asked(program(tmp_path, server)) > 0


def test_an_empty_answer_does_not_pass(tmp_path: Path):
    server = SERVER.format(python=sys.executable, answer=" ")
    with pytest.raises(BuildFailed, match="does not answer"):
        smoke.asked(program(tmp_path, server))


def test_a_program_that_ends_does_not_pass_and_its_last_words_are_told(tmp_path: Path):
    ending = f"#!{sys.executable}\nraise SystemExit('no engine here')\n"
    with pytest.raises(BuildFailed, match="no engine here"):
        smoke.asked(program(tmp_path, ending))
