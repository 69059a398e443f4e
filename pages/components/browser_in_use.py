"""Which browser somebody uses, as far as it changes where a camera is allowed."""

from dataclasses import dataclass, replace
from functools import lru_cache

from nicegui import ui
from ua_parser import parse

NAMES = 'Edge', 'Firefox', 'Chrome', 'Safari'  # in this order: Edge on a phone names others too
IOS, ANDROID, MAC, WINDOWS = 'iOS', 'Android', 'Mac OS X', 'Windows'


@dataclass(frozen=True)
class Browser:
    """`name`: one of `NAMES`, or empty for another one · `system`: what it runs on, in the words of ua-parser; may be empty."""

    name: str = ''
    system: str = ''

    @property
    def words(self) -> str:
        """What to call it, at the beginning of a sentence."""
        return self.name or 'Your browser'

    @property
    def is_phone(self) -> bool:
        """Whether it runs on a phone or a tablet."""
        return self.system in (IOS, ANDROID)

    def touched(self, touches: object) -> 'Browser':
        """The same, now that its page has said how many fingers it feels: an iPad gives itself out as a Mac, which feels none."""
        is_ipad = self.system == MAC and isinstance(touches, int) and touches > 1
        return replace(self, system=IOS) if is_ipad else self


def browser_in_use() -> Browser:
    """The browser of the page that is being built or handled."""
    request = ui.context.client.request
    return browser_of(request.headers.get('user-agent', ''))


@lru_cache(maxsize=1000)
def browser_of(user_agent: str) -> Browser:
    """The browser that gives itself out like this."""
    known = parse(user_agent[:500])
    family = known.user_agent.family if known.user_agent else ''
    return Browser(next((name for name in NAMES if name in family), ''), known.os.family if known.os else '')
