from __future__ import annotations

from flask.testing import FlaskClient


def test_the_one_model_is_listed_with_its_sizes(client: FlaskClient) -> None:
    [model] = client.get("/v1/models").json["data"]
    assert (model["id"], model["object"]) == ("scripted", "model")
    assert model["meta"]["n_ctx"] == 4096
    assert client.get("/v1/models/scripted").json == model


def test_another_model_is_not_found_and_the_right_name_is_told(client: FlaskClient) -> None:
    response = client.get("/v1/models/org/other")
    assert response.status_code == 404
    assert "scripted" in response.json["error"]["message"]
