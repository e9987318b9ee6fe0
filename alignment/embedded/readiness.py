"""Does the product answer that all its parts are there?"""

import http.client

from alignment.embedded.environment import Environment

EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what to ask where all are listened on
PATIENCE = 5


def is_ready(environment: Environment) -> bool:
    """Whether `/readyz` says yes."""
    try:
        return _ask(environment).startswith("200")
    except OSError:
        return False


def why_not_ready(environment: Environment) -> str:
    """What `/readyz` says at present."""
    try:
        return _ask(environment)
    except OSError as error:
        return f"the web process does not answer ({error})"


def _ask(environment: Environment) -> str:
    host = EVERY_ADDRESS.get(environment.host, environment.host)
    line = http.client.HTTPConnection(host, environment.port, timeout=PATIENCE)
    try:
        line.request("GET", "/readyz", headers={"Host": f"127.0.0.1:{environment.port}"})
        answer = line.getresponse()
        return f"{answer.status} {answer.read(2000).decode(errors='replace')}"
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        line.close()
