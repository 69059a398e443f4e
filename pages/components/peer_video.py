"""The built-in engine of the call."""

from pages.components.call_engine import CallEngine


class PeerVideo(CallEngine, component='peer_video.js'):
    """Picture and sound from browser to browser (WebRTC)."""

    way = 'from browser to browser'
