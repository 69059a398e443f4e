"""What every page shares: the header, the main landmark, the colours, the way past the header by keyboard."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from html import escape
from pathlib import Path

from fastapi import Response
from nicegui import ElementFilter, app, html, ui

from db import Rep
from pages import live, storage, times
from pages.asking import ask
from pages.components.icon import icon
from pages.components.words import Words
from services import events, reps, settings

STYLE = '\n'.join(path.read_text() for path in sorted((Path(__file__).parent / 'styles').glob('*.css')))
STYLE_URL = f'/style-{sha256(STYLE.encode()).hexdigest()[:16]}.css'
LINK_NOTE = 'link-note'  # marks, in each link of the header, what a screen reader says after its words
FOCUS_IF_LOST = "document.activeElement === document.body && document.querySelector('h1').focus()"  # after the page was built anew
PRIMARY, NEGATIVE = '#1d5fa8', '#b3261e'  # both AA on white and under white


def set_up() -> None:
    """What is set once for all pages: the style sheet, the colours, the browser's storage and zone, Back and Forward."""
    app.get(STYLE_URL, include_in_schema=False)(_style)
    app.colors(primary=PRIMARY, negative=NEGATIVE, positive='#166534', dark='#1b1f24', dark_page='#111418')
    app.config.quasar_config['loadingBar'] = {'skipHijack': True}  # its bar for every request has no name for screen readers
    ui.add_head_html(f'<link rel="stylesheet" href="{STYLE_URL}">', shared=True)
    ui.add_head_html(storage.SCRIPT, shared=True)
    ui.add_head_html(times.DETECT_SCRIPT, shared=True)
    ui.add_head_html("<script>addEventListener('popstate', () => emitEvent('went_back', location.search))</script>", shared=True)


def open_links_beside(is_beside: bool) -> None:
    """Let the header's links open in a new tab, so that none leads away from a call; or not any more."""
    for note in ElementFilter(kind=Words, marker=LINK_NOTE):
        note.set_text(' (opens in a new tab)' if is_beside else '')
        link = next(note.ancestors())
        link.props.update({'target': '_blank', 'rel': 'noopener'} if is_beside else {'target': '_self', 'rel': ''})


async def _style() -> Response:
    """All of `styles/` as one file; its address changes with its content, so it may be kept for ever."""
    return Response(STYLE, media_type='text/css', headers={'Cache-Control': 'public, max-age=31536000, immutable'})


@contextmanager
def frame(title: str, *, rep: Rep | None = None, wide: bool = False) -> Iterator[None]:
    """The page around a `with` block. `rep`: who is signed in; `wide`: the content uses the whole window."""
    site = settings.current().site_name
    ui.page_title(f'{title} · {site}')
    _header(site, rep)
    with html.div().classes('site-main wide' if wide else 'site-main') as main:  # a div: it stands in Quasar's own <main>
        ui.skip_link('Skip to the content', target=main)
        yield


def _header(site: str, rep: Rep | None) -> None:
    """The header, put before Quasar's <main>: inside it, it would be no landmark."""
    with ui.context.client.layout, html.header().classes('site-header') as header:
        with ui.link(target='/rep' if rep else '/').classes('brand'):
            html.span(site[0].upper()).classes('brand-mark').props('aria-hidden=true')
            html.span(site).classes('brand-name')
            _note()
        if rep:
            _navigation(rep)
    header.move(target_index=0)


def _navigation(rep: Rep) -> None:
    """Where a rep can go; on a phone it opens from a button, as the browser's own popover.

    The way out is a plain form, because only a plain route can take the cookie away.
    """
    with html.button().classes('button menu-button').props('type=button') as opener:
        icon('menu')
        html.span('Menu')
    with html.nav().classes('navigation').props('popover=auto aria-label=Pages') as menu:
        for label, target in _destinations(rep).items():
            _link(label, target)
        own = _link(rep.name or 'Account', '/account').classes('navigation-own')
        live.on(events.RepChanged, lambda event: _name(own, event.rep_id) if event.rep_id == rep.id else None)
        with html.form().props('method=post action=/sign-out'):
            html.button('Sign out').classes('button').props('type=submit')
    opener.props['popovertarget'] = menu.html_id


def _destinations(rep: Rep) -> dict[str, str]:
    """What is in the navigation, by its label; the account comes after it."""
    own = {'Appointments': '/rep', 'Availability': '/availability'}
    admins = {'Kinds': '/kinds', 'Reps': '/reps'} if rep.is_admin else {}
    mails = {'Mails': '/mails'} if rep.is_admin else {}
    return own | admins | (mails if settings.current().sends_mail else {'Mailbox': '/mailbox'})


def _link(label: str, target: str) -> ui.link:
    request = ui.context.client.request
    with ui.link(label, target).classes('navigation-link') as link:
        _note()
    return link.props('aria-current=page') if request and request.url.path == target else link


def _note() -> None:
    Words().classes('hidden-words').mark(LINK_NOTE)


async def _name(own: ui.link, rep_id: int) -> None:
    own.set_text((await ask(reps.get, rep_id)).name)


MESSAGE_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>{title} · {site}</title><link rel="stylesheet" href="{style}">
</head>
<body>
<header class="site-header">
<a class="brand" href="/"><span class="brand-mark" aria-hidden="true">{initial}</span><span class="brand-name">{site}</span></a>
</header>
<main class="site-main"><div class="card narrow">
<h1>{title}</h1><p>{sentence}</p><p><a class="button primary" href="{target}">{label}</a></p>
</div></main>
</body>
</html>"""


def message_page(title: str, sentence: str, *, link: tuple[str, str] = ('/', 'Go to the start')) -> str:
    """A whole small page of ours as HTML, for answers that are not NiceGUI pages."""
    site, (target, label) = settings.current().site_name, link
    words = {'title': title, 'site': site, 'initial': site[0].upper(), 'sentence': sentence, 'target': target, 'label': label}
    return MESSAGE_PAGE.format(style=STYLE_URL, **{name: escape(text) for name, text in words.items()})
