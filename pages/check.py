"""`/check`: whether camera, microphone, speaker and connection will do for a call. For everybody, days before."""

from fastapi import Request
from nicegui import html

from pages import browsers
from pages.components.connection_check import ConnectionCheck
from pages.components.device_check import DeviceCheck
from pages.layout import frame


def page(request: Request) -> None:
    with frame('Check your devices'), html.div().classes('card narrow'):
        html.h1('Check camera, microphone and connection')
        html.p('Only you see and hear this. Nothing is recorded.').classes('quiet')
        DeviceCheck()
        html.h2('Connection').classes('check-connection')
        html.p('Whether this browser, where you are now, can take part in a call.').classes('quiet')
        ConnectionCheck(browsers.network(request)).build()
