"""The tests' own main file: the pages as they are, without the outer app, for NiceGUI's simulated user. Fixtures bring the database."""

import logging

import nicegui
from nicegui import ui

import db
import pages
from docs import practice
from pages import failures, layout, mounting
from services import settings

logging.getLogger('nicegui').setLevel(logging.WARNING)
settings.use(settings.load())
db.connect(settings.current().database_url)
layout.set_up()
pages.at('/practice/{appointment_id}')(practice.page)
pages.register()
failures.add_page_handlers()
nicegui.app.on_startup(mounting.start)
nicegui.app.on_shutdown(mounting.stop)
ui.run(title=settings.current().site_name, language='en-US', reload=False, show=False)
