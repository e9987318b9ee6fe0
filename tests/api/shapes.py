"""What every problem looks like."""

from __future__ import annotations

from typing import Any


def problem(response: Any, status: int, code: str | None = None) -> dict[str, Any]:
    """The document of a problem, held to its shape."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert set(body) == {"type", "title", "status", "detail", "code", "errors"}
    assert body["status"] == status
    assert code is None or body["code"] == code, body
    assert body["detail"]
    assert body["type"].endswith(body["code"])
    assert all(set(error) == {"field", "code", "detail"} and error["detail"] for error in body["errors"])
    return body
