"""The checker of calendar objects finds what is wrong, so that its silence means something."""

import pytest

from services import invitations, samples
from tests.conftest import Configure
from tests.icalendar_rules import faults


def invitation(kind: str) -> str:
    """The calendar part of this message to a rep."""
    booked = samples.booked()
    return invitations.invitation(samples.item(kind, 'rep'), booked.appointment, samples.rep(), booked.kind.name).decode()


@pytest.mark.parametrize(
    ('kind', 'right', 'wrong', 'section'),
    [
        ('confirmation', 'VERSION:2.0\r\n', '', 'RFC 5545 §3.6'),
        ('confirmation', '\r\n', '\n', '§3.4'),
        ('confirmation', 'SUMMARY:', f'SUMMARY:{"x" * 75}', '§3.1'),
        ('confirmation', 'SUMMARY:', 'SUMMARY:a,b', '§3.3.11'),
        ('confirmation', 'SUMMARY:', 'SUMMARY', '§3.1'),
        ('confirmation', 'DTSTAMP:20270322T090000Z', 'DTSTAMP:20270322T090000', '§3.8.7.2'),
        ('confirmation', 'UID:sample@scheduled-calls\r\n', '', 'RFC 5545 §3.6.1'),
        ('confirmation', 'DTEND:20270330T083000Z', 'DTEND:20270330T080000Z', 'RFC 5545 §3.8.2.2'),
        ('confirmation', 'PARTSTAT=ACCEPTED', 'PARTSTAT=COMING', '§3.2.12'),
        ('confirmation', 'ACTION:DISPLAY\r\n', '', 'RFC 5545 §3.6.6'),
        ('confirmation', 'STATUS:CONFIRMED', 'STATUS:CANCELLED', 'RFC 5546 §3.2.2'),
        ('confirmation', 'METHOD:REQUEST', 'METHOD:PUBLISH', 'RFC 5546 §3.2.1'),
        ('confirmation', 'METHOD:REQUEST', 'METHOD:CANCEL', 'RFC 5546 §3.2.5'),
        ('cancellation', 'SEQUENCE:1', 'SEQUENCE:0', 'RFC 5546 §3.2.5'),
        ('cancellation', 'STATUS:CANCELLED', 'STATUS:CONFIRMED', 'RFC 5546 §3.2.5'),
        ('cancellation', 'ORGANIZER;', 'CONTACT;', 'RFC 5546 §3.2.5'),
    ],
)
def test_what_is_wrong_is_found_with_its_section(kind: str, right: str, wrong: str, section: str, configure: Configure) -> None:
    configure()
    assert faults(invitation(kind).encode()) == []
    broken = invitation(kind).replace(right, wrong)
    assert any(fault.startswith(section) for fault in faults(broken.encode()))
