"""`/rep`: the day in the sidebar, and beside it the chosen appointment or its call. All of that is in the URL."""

from fastapi import Request
from nicegui import ui

from pages import live, viewing
from pages.asking import ask
from pages.layout import frame
from pages.rep_page.choice import parts_of
from pages.rep_page.news import RepNews
from pages.rep_page.presence import attend
from pages.rep_page.steps import RepSteps
from services import events, reps

TICK_SECONDS = 5


async def page(request: Request) -> None:
    rep = await viewing.signed_in(request)
    attend(rep.id)
    steps = RepSteps(request, rep, is_shared=rep.is_admin and len(await ask(reps.everyone)) > 1)
    RepNews(steps.view).listen()
    with frame('Your appointments', rep=rep, wide=True):
        await steps.build(dict(request.query_params))
    for kind in (events.SeatChange, events.MessageSaid, events.MessagesRead):
        live.on(kind, steps.view.on_call)
    ui.on('went_back', lambda event: steps.go_back(parts_of(event.args)))
    ui.timer(TICK_SECONDS, steps.view.tick)
    ui.timer(TICK_SECONDS, steps.reception.tick)
