"""How a rep gets into a call and out of it on their page: by a click, and never out of one by mistake."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from fastapi import Request

from db import Appointment
from pages import viewing
from pages.asking import is_allowed, tell
from pages.components.confirmation import Confirmation
from pages.rep_page.choice import Choice
from pages.rep_page.view import RepView
from services import handling, standings

END = 'End for both'


class RepCalls:
    """Starts and stops the call that the view shows. `view` and `turn`, whose call is next, are asked only when the rep does something."""

    def __init__(
        self,
        request: Request,
        *,
        view: Callable[[], RepView],
        turn: Callable[[], Appointment | None],
        on_choice: Callable[[Choice], Awaitable[None]],
    ) -> None:
        """`on_choice` is to show another choice."""
        self._request, self._find_view, self._find_turn, self._on_choice = request, view, turn, on_choice
        self._question: Confirmation | None = None  # what was asked last

    async def may_join(self, appointment_id: int) -> bool:
        """Whether the viewer still is signed in, and sits in the call or may handle the appointment: nobody is thrown out of a call."""
        viewer = await viewing.signed_in_again(self._request)
        if viewer is None:
            return False
        return standings.sits_in(appointment_id, viewer.id) or await is_allowed(handling.find, viewer, appointment_id)

    async def start(self) -> None:
        """Call who has the appointment that is open; in the place of a colleague only, if the rep is sure."""
        if await self._may_take():
            await self._call(replace(self._view.choice, in_call=True, takes_over=True))

    async def call_next(self) -> None:
        """Leave the call there is, if the rep is sure, for the one whose turn it is."""
        turn = self._find_turn()
        if turn and await self._is_sure(then=turn.name) and self._is_still_there(turn):
            shown = self._view.choice
            whose = shown.whose if shown.whose in (None, turn.rep_id) else turn.rep_id
            await self._call(Choice(self._view.reader.date_of(turn.starts_at), whose, turn.starts_at, turn.rep_id, in_call=True))

    async def stop(self) -> bool:
        """Whether the rep is sure, and the call is left."""
        main, sure = self._view.main, await self._is_sure()
        if sure and main.call and main.call.is_joined:
            main.call.hang_up()
        elif sure:
            self.end()
        return sure

    def end(self, news: str = '') -> None:
        """Back to the appointment; `news`: why, if the rep did not want to."""
        self.withdraw()
        if self._view.choice.in_call:
            with self._view.columns:
                self._view.leave_call(news)

    def withdraw(self) -> None:
        """Ask no more about a call that is not shown any more."""
        if self._question:
            self._question.withdraw()

    @property
    def _view(self) -> RepView:
        return self._find_view()

    def _is_still_there(self, turn: Appointment) -> bool:
        """Whether the customer for whom the rep would leave a call has not left; else that is told."""
        has_left = self._view.main.call is not None and standings.standing(turn.id).state == 'left'
        if has_left:
            tell(f'{turn.name} has left meanwhile.')
        return not has_left

    async def _call(self, choice: Choice) -> None:
        """Show this call and join it: the rep has just clicked to do so."""
        if await viewing.signed_in_again(self._request):
            with self._view.columns:  # what was clicked may go
                await self._on_choice(choice)
            if self._view.main.call:
                self._view.main.call.join()

    async def _may_take(self) -> bool:
        """Whether no colleague is in the open appointment's call, or the rep wants to take it over."""
        view, pane = self._view, self._view.main.pane
        colleague = standings.colleague_in(pane.appointment.id, view.rep.id) if pane else None
        if not pane or not colleague:
            return True
        name, customer = view.found.name(colleague), pane.appointment.name
        told = f'{name} will be put out of it and told that you have taken it over. {customer} will then talk to you.'
        self._question = Confirmation(f'{name} is in this call. Take it over?', told, yes='Take over', no='Leave it alone')
        with view.columns:
            return await self._question.given()

    async def _is_sure(self, then: str = '') -> bool:
        """Whether the rep is in no call, or wants to leave it; `then`: whom they call after that."""
        call = self._view.main.call
        if not call or not call.is_joined:
            return True
        told = f'If you leave, {call.person} is told, and you can come back. If you end it for both, nobody can join it any more.'
        title = f'Leave {call.person} and call {then}?' if then else 'Stop chatting?'
        self._question = Confirmation(title, told, yes='Leave', no='Stay', more=END)
        with self._view.columns:  # what was clicked goes with the call
            answer = await self._question.answer()
            if answer == END:
                await call.end()
        return bool(answer)
