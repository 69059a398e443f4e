"""What pages say of themselves to browsers and search engines."""

from nicegui import Client
from nicegui.testing import User

from pages.headers import is_kept_private

FOR_EVERYBODY = {'/', '/{slug}'}


async def test_every_page_is_for_everybody_or_kept_private(user: User) -> None:
    of_ours = {path for page, path in Client.page_routes.items() if page.__module__.startswith('pages.')}
    assert '/rep' in of_ours
    assert {path for path in of_ours if not is_kept_private(path)} == FOR_EVERYBODY
