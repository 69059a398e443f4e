"""Whether a calendar object keeps to the standards: its form (RFC 5545), and what its method asks for (iTIP, RFC 5546). Ours, strict."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from icalendar import Calendar

PARAMETER = r'(?P<name>[A-Za-z0-9-]+)=(?P<value>"[^"]*"|[^";:,]*)'
LINE = re.compile(
    rf'(?P<name>[A-Za-z0-9-]+)(?P<parameters>(?:;{PARAMETER.replace("?P<name>", "?:").replace("?P<value>", "?:")})*):(?P<value>.*)'
)
UTC_TIME, LOCAL_TIME = re.compile(r'\d{8}T\d{6}Z'), re.compile(r'\d{8}T\d{6}')
TEXT = re.compile(r'(?:[^\\;,]|\\[\\;,nN])*')
DURATION = re.compile(r'[+-]?P(?:\d+W|(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)(?<!P)')

ONCE, AT_MOST_ONCE, NEVER, SOME, ANY = (1, 1), (0, 1), (0, 0), (1, None), (0, None)
Counts = dict[str, tuple[int, int | None]]

FORM: dict[str, tuple[str, Counts]] = {  # how often a property or component may be there
    'VCALENDAR': ('RFC 5545 §3.6', {'PRODID': ONCE, 'VERSION': ONCE, 'CALSCALE': AT_MOST_ONCE, 'METHOD': AT_MOST_ONCE}),
    'VEVENT': (
        'RFC 5545 §3.6.1',
        {'UID': ONCE, 'DTSTAMP': ONCE, 'DTSTART': ONCE}
        | dict.fromkeys(('DTEND', 'DESCRIPTION', 'LOCATION', 'ORGANIZER', 'SEQUENCE', 'STATUS', 'SUMMARY', 'TRANSP', 'URL'), AT_MOST_ONCE),
    ),
    'VALARM': ('RFC 5545 §3.6.6', {'ACTION': ONCE, 'TRIGGER': ONCE, 'DESCRIPTION': ONCE}),  # of the kind DISPLAY
    'VTIMEZONE': ('RFC 5545 §3.6.5', {'TZID': ONCE, 'STANDARD': SOME}),
    'STANDARD': ('RFC 5545 §3.6.5', {'DTSTART': ONCE, 'TZOFFSETFROM': ONCE, 'TZOFFSETTO': ONCE}),
}
TRANSPORT: Counts = {'DTSTAMP': ONCE, 'ORGANIZER': ONCE, 'UID': ONCE, 'REQUEST-STATUS': NEVER}
METHODS: dict[str, tuple[str, Counts]] = {  # how often something may be in an event
    'PUBLISH': ('RFC 5546 §3.2.1', TRANSPORT | {'DTSTART': ONCE, 'SUMMARY': ONCE, 'ATTENDEE': NEVER}),
    'REQUEST': ('RFC 5546 §3.2.2', TRANSPORT | {'DTSTART': ONCE, 'SUMMARY': ONCE, 'ATTENDEE': SOME}),
    'CANCEL': ('RFC 5546 §3.2.5', TRANSPORT | {'SEQUENCE': ONCE, 'ATTENDEE': SOME, 'VALARM': NEVER}),
}
STATUSES = {'PUBLISH': {'TENTATIVE', 'CONFIRMED', 'CANCELLED'}, 'REQUEST': {'TENTATIVE', 'CONFIRMED'}, 'CANCEL': {'CANCELLED'}}
VALUES = {  # of properties, and the section that says so
    'VERSION': (re.compile(r'2\.0'), '§3.7.4'),
    'DTSTAMP': (UTC_TIME, '§3.8.7.2'),
    'DTSTART': (re.compile(rf'{UTC_TIME.pattern}|{LOCAL_TIME.pattern}'), '§3.8.2.4'),
    'DTEND': (UTC_TIME, '§3.8.2.2'),
    'SEQUENCE': (re.compile(r'\d+'), '§3.8.7.4'),
    'STATUS': (re.compile('TENTATIVE|CONFIRMED|CANCELLED'), '§3.8.1.11'),
    'ORGANIZER': (re.compile(r'mailto:\S+@\S+'), '§3.8.4.3'),
    'ATTENDEE': (re.compile(r'mailto:\S+@\S+'), '§3.8.4.1'),
    'ACTION': (re.compile('DISPLAY'), '§3.8.6.1'),
    'TRIGGER': (DURATION, '§3.8.6.3'),
    'REFRESH-INTERVAL': (DURATION, 'RFC 7986 §5.7'),
} | dict.fromkeys(('SUMMARY', 'DESCRIPTION', 'LOCATION', 'COMMENT', 'UID', 'NAME'), (TEXT, '§3.3.11'))
PARAMETERS = {
    'PARTSTAT': (re.compile('NEEDS-ACTION|ACCEPTED|DECLINED|TENTATIVE|DELEGATED'), '§3.2.12'),
    'ROLE': (re.compile('CHAIR|REQ-PARTICIPANT|OPT-PARTICIPANT|NON-PARTICIPANT'), '§3.2.16'),
    'RSVP': (re.compile('TRUE|FALSE'), '§3.2.17'),
}


WITH = {'REFRESH-INTERVAL': (';VALUE=DURATION', 'RFC 7986 §5.7')}  # a parameter that must be there


@dataclass
class Part:
    """A component: its properties by name, and the components in it."""

    name: str
    properties: list[tuple[str, str]] = field(default_factory=list)
    parts: list['Part'] = field(default_factory=list)

    def values(self, name: str) -> list[str]:
        return [value for known, value in self.properties if known == name]

    def count(self, name: str) -> int:
        return len(self.values(name)) + sum(part.name == name for part in self.parts)

    def walk(self) -> Iterator['Part']:
        yield self
        for part in self.parts:
            yield from part.walk()


def faults(content: bytes) -> list[str]:
    """What is wrong with this calendar object, each with its section; nothing, when it is right."""
    found = [*_faults_of_lines(content), *(f'a parser: {error}' for error in Calendar.from_ical(content).errors)]
    lines = content.decode().replace('\r\n ', '').split('\r\n')[:-1]
    matched = [LINE.fullmatch(line) for line in lines]
    found += [f'§3.1: no content line: {line}' for line, match in zip(lines, matched, strict=True) if match is None]
    if found:
        return found
    found += [fault for match in matched if match for fault in _faults_of_values(match)]
    (calendar,) = _tree([(match['name'].upper(), match['value']) for match in matched if match])
    return [*found, *_faults_of_form(calendar), *_faults_of_method(calendar)]


def _faults_of_lines(content: bytes) -> Iterator[str]:
    if not content.startswith(b'BEGIN:VCALENDAR\r\n') or not content.endswith(b'\r\nEND:VCALENDAR\r\n'):
        yield '§3.4: no whole VCALENDAR'
    for line in content.split(b'\r\n'):
        if len(line) > 75:
            yield f'§3.1: a line of {len(line)} octets'
        if re.search(rb'[\x00-\x08\x0a-\x1f\x7f]', line):
            yield f'§3.1: a control character: {line!r}'


def _faults_of_values(line: re.Match[str]) -> Iterator[str]:
    pattern, section = VALUES.get(line['name'], (re.compile('.*'), ''))
    if not pattern.fullmatch(line['value']):
        yield f'{section}: {line[0]}'
    parameters, section = WITH.get(line['name'], ('', ''))
    if parameters not in line['parameters']:
        yield f'{section}: {line[0]}'
    for parameter in re.finditer(f';{PARAMETER}', line['parameters']):
        pattern, section = PARAMETERS.get(parameter['name'], (re.compile('.*'), ''))
        if not pattern.fullmatch(parameter['value'].strip('"')):
            yield f'{section}: {line[0]}'


def _tree(lines: list[tuple[str, str]]) -> list[Part]:
    """The components on the highest level."""
    open_parts = [Part('')]
    for name, value in lines:
        if name == 'BEGIN':
            open_parts.append(Part(value))
        elif name == 'END':
            closed = open_parts.pop()
            assert closed.name == value, f'§3.6: END:{value} closes {closed.name}'
            open_parts[-1].parts.append(closed)
        else:
            open_parts[-1].properties.append((name, value))
    return open_parts[0].parts


def _faults_of_form(calendar: Part) -> Iterator[str]:
    if not calendar.parts:
        yield 'RFC 5545 §3.6: a calendar without a component'
    for part in calendar.walk():
        section, counts = FORM[part.name]
        yield from _faults_of_counts(part, section, counts)
        if part.name == 'VEVENT' and part.values('DTEND') <= part.values('DTSTART'):
            yield 'RFC 5545 §3.8.2.2: DTEND is not later than DTSTART'
    uids = [part.values('UID') for part in calendar.parts if part.name == 'VEVENT']
    if len({tuple(uid) for uid in uids}) < len(uids):
        yield 'RFC 5545 §3.8.4.7: two events with one UID'


def _faults_of_counts(part: Part, section: str, counts: Counts) -> Iterator[str]:
    for name, (least, most) in counts.items():
        if part.count(name) < least or (most is not None and part.count(name) > most):
            yield f'{section}: {part.count(name)} times {name} in {part.name}'


def _faults_of_method(calendar: Part) -> Iterator[str]:
    for method in calendar.values('METHOD'):
        section, counts = METHODS[method]
        events = [part for part in calendar.parts if part.name == 'VEVENT']
        if not events or (method != 'PUBLISH' and len(events) > 1):
            yield f'{section}: {len(events)} events'
        for event in events:
            yield from _faults_of_counts(event, section, counts)
            if not set(event.values('STATUS')) <= STATUSES[method]:
                yield f'{section}: STATUS {event.values("STATUS")}'
            if method == 'CANCEL' and event.values('SEQUENCE') == ['0']:
                yield f'{section}: SEQUENCE has not risen'
