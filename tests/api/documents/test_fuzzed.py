"""Forms and ranges of bytes as nobody should send them: an answer or a refusal, never a 500."""

from __future__ import annotations

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

BOUNDARY = b"b"
FEW = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
PIECES = (
    *(
        b"--b",
        b"--b--",
        b"\r\n",
        b"\n",
        b"\r",
        b'Content-Disposition: form-data; name="file"',
        b";",
    ),
    *(b'; filename="a.txt"', b'; filename="../../a"', b"; filename*=UTF-8''%ff", b'name="file[]"'),
    *(b"Content-Type: text/plain; charset=none", b"Content-Transfer-Encoding: base64", b"x" * 3000),
    *(
        b'Content-Disposition: form-data; name="tags"',
        b"\0",
        b"\xff\xfe",
        b": ",
        b"Content-Length: 9",
    ),
)
forms = st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=14).map(b"".join)
media_types = st.sampled_from(
    ("multipart/form-data; boundary=b", "multipart/form-data", 'multipart/form-data; boundary=""')
) | st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=12).map(
    lambda text: f"multipart/form-data; boundary={text}"
)


@FEW
@given(
    path=st.sampled_from(("/v1/documents", "/v1/files", "/v1/audio/transcriptions", "/v1/assist")),
    body=forms,
    media_type=media_types,
)
def test_no_form_gives_a_500(
    everywhere: FlaskClient, path: str, body: bytes, media_type: str
) -> None:
    response = everywhere.post(path, data=body, content_type=media_type)
    assert response.status_code < 500 or response.status_code in (501, 503), response.text
    if response.status_code >= 400:
        assert response.json["error"]


numbers = st.integers(-9, 90).map(str) | st.sampled_from(["", "9" * 30, "1e3", "٣", " 1"])
ranges = st.builds("{}={}-{}".format, st.sampled_from(["bytes", "lines", ""]), numbers, numbers)


@FEW
@given(
    wanted=ranges
    | st.lists(ranges, max_size=30).map(",".join)
    | st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=9),
    header=st.sampled_from(["Range", "If-None-Match", "If-Range", "If-Modified-Since"]),
    path=st.sampled_from(["/", "/assets/app-5X7KQ2LM.js", "{file}", "/v1/about"]),
)
def test_no_range_gives_a_500_and_none_more_than_there_is(
    client: FlaskClient, zoo: dict[str, str], wanted: str, header: str, path: str
) -> None:
    file = f"/v1/documents/{zoo['zebras.txt']}/file"
    with client.get(path.format(file=file), headers={header: wanted}) as response:
        assert response.status_code in (200, 206, 304, 400, 416), response.text
        partial = response.data if response.status_code == 206 else b""
    with client.get(path.format(file=file)) as whole:
        assert partial in whole.data
