"""What happens elsewhere, as far as it changes what a rep sees on their page."""

from pages import live
from pages.rep_page.view import RepView
from services import events


class RepNews:
    """Lets the `view` show what it is about, and nothing else."""

    def __init__(self, view: RepView) -> None:
        self._view = view

    def listen(self) -> None:
        """To be called before anything is read, so that nothing is missed."""
        live.on(events.AppointmentChange, self._on_changed)
        live.on(events.TimeChange, self._on_time)
        live.on(events.AvailabilityChanged, self._on_hours)
        live.on(events.KindChanged, self._on_kind)
        live.on(events.CallChange, self._on_call)
        live.on(events.OutboxChanged, self._on_outbox)
        live.on(events.RepChanged, self._on_rep)

    async def _on_changed(self, event: events.AppointmentChange) -> None:
        """Somebody booked, moved, handed over or cancelled."""
        choice, date_of = self._view.choice, self._view.reader.date_of
        starts = {event.starts_at, getattr(event, 'earlier_starts_at', event.starts_at)}
        whose = {event.rep_id, getattr(event, 'earlier_rep_id', event.rep_id)}
        is_open = choice.at in starts and choice.of in whose
        is_listed = choice.whose in {None, *whose} and choice.day in map(date_of, starts)
        if is_open or is_listed:
            await self._view.catch_up()

    async def _on_time(self, event: events.TimeChange) -> None:
        """Some time was held, or is free again; of what is booked the page hears as that."""
        choice, date_of = self._view.choice, self._view.reader.date_of
        if self._view.main.call is None and choice.at:
            await self._view.acts.on_time(event)
        is_booked = isinstance(event, events.TimeTaken) and event.held_until is None
        if not is_booked and choice.whose in (None, event.rep_id) and date_of(event.from_at) <= choice.day <= date_of(event.until_at):
            await self._view.catch_up()

    async def _on_hours(self, event: events.AvailabilityChanged) -> None:
        if self._view.choice.whose in (None, event.rep_id):
            await self._view.catch_up()

    async def _on_kind(self, _event: events.KindChanged) -> None:
        await self._view.catch_up()

    async def _on_call(self, _event: events.CallChange) -> None:
        """A call was ended for both, or can be joined again."""
        await self._view.catch_up()

    async def _on_outbox(self, event: events.OutboxChanged) -> None:
        """A mail was sent, or was not. What went well elsewhere is not looked at: there may be very many of them."""
        if event.appointment_id in await self._view.mails_shown() or not event.is_done:
            await self._view.catch_up()

    async def _on_rep(self, event: events.RepChanged) -> None:
        """Somebody's name, address, zone, hours or rights may be others now; if they are the viewer's, all of it is shown anew."""
        await (self._view.change_viewer() if event.rep_id == self._view.rep.id else self._view.catch_up())
