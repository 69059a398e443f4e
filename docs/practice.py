"""A page of one's own with a call in it, for the rep who has the appointment: `/practice/{appointment_id}`. Copy it and go on from there.

As `pages/practice.py` it takes its name among the imports of `pages/__init__.py`, and one line in `register()` there:
`at('/practice/{appointment_id}')(practice.page)`.
"""

from fastapi import Request
from nicegui import html

from pages import times, viewing
from pages.asking import ask, is_allowed
from pages.components.video_call import VideoCall
from pages.layout import frame
from services import handling
from services.video.base import REP


async def page(request: Request, appointment_id: int) -> None:
    rep = await viewing.signed_in(request)
    appointment = await ask(handling.find, rep, appointment_id)

    async def may_join() -> bool:
        viewer = await viewing.signed_in_again(request)
        return viewer is not None and await is_allowed(handling.find, viewer, appointment_id)

    async def note(words: str) -> None:
        with log:
            html.li(words)

    with frame('Practice', rep=rep):
        html.h1('Practice')
        call = VideoCall(
            appointment,
            REP,
            person=appointment.name,
            reader=times.reader_in(request, rep.time_zone),
            rep_id=rep.id,
            may_join=may_join,
            on_joined=lambda: note('joined'),
            on_hung_up=lambda: note('hung up'),
            on_ended=lambda: note('ended'),
            on_peer_joined=lambda: note(f'{call.person} joined'),
            on_peer_left=lambda: note(f'{call.person} left'),
            on_devices=lambda microphone, camera, screen: note(f'{microphone=} {camera=} {screen=}'),
            on_peer_devices=lambda microphone, camera, screen: note(f'theirs: {microphone=} {camera=} {screen=}'),
            on_problem=note,
        )
        with html.div().classes('buttons'):
            html.button('Join muted').classes('button').on('click', lambda: call.join(microphone=False))
            html.button('Mute').classes('button').on('click', call.mute)
            html.button('End for both').classes('button').on('click', call.end)
        with html.div().style('height: 70vh'):
            call.build()
        log = html.ol().props('role=log')
