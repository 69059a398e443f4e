"""The engines of the call, by the name of the video backend whose other half they are. A new one is one line here."""

from pages.components.call_engine import CallEngine
from pages.components.opentok_video import OpenTokVideo
from pages.components.peer_video import PeerVideo

ENGINES: dict[str, type[CallEngine]] = {
    'peer': PeerVideo,
    'opentok': OpenTokVideo,
}


def way(name: str) -> str:
    """How picture and sound went by the engine of this name, in words; the name itself of one that is there no more."""
    return ENGINES[name].way if name in ENGINES else name
