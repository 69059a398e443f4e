"""What configures each video backend in its tests, on the server and in browsers. A new one is one line in `VARIABLES`."""

from collections.abc import Callable

from tests.opentok_platform import Platform

VARIABLES: dict[str, Callable[[Platform], dict[str, str]]] = {
    'peer': lambda _platform: {},
    'opentok': lambda platform: platform.variables,
}
