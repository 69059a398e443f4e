"""Lets it be known that a rep has a page open."""

from nicegui import ui

from services import presence


def attend(rep_id: int) -> None:
    """To be called by a page: as long as its browser is connected, this rep counts as being there."""
    client = ui.context.client
    client.on_connect(lambda: presence.arrive(rep_id, client.id))
    client.on_disconnect(lambda: client.has_socket_connection or presence.leave(rep_id, client.id))
    client.on_delete(lambda: presence.leave(rep_id, client.id))
