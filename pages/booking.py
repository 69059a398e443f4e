"""`/`: walk through the days, pick a free slot, say who you are."""

from fastapi import Request
from nicegui import html

from pages.layout import frame


async def page(request: Request, day: str = '') -> None:
    with frame('Schedule your appointment'):
        html.h1('Schedule your appointment')
