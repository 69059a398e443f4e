"""How good the line between the two sides of a call is, and whether the picture is to give way to the sound. Pure.

It is judged by what a browser says of it, which may be anything. One bad moment changes nothing.
"""

from collections import deque
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

Quality = Literal['good', 'fair', 'poor']
QUALITIES: Final[tuple[Quality, ...]] = get_args(Quality)
POOR: Final = 2

LIMITS = {'round_trip_ms': (350, 1000), 'jitter_ms': (40, 120), 'loss': (0.03, 0.1), 'sent_loss': (0.03, 0.1)}  # above them fair, poor
HIGHEST = {'round_trip_ms': 60_000, 'jitter_ms': 60_000, 'loss': 1, 'sent_loss': 1}
RECEIVED = ('round_trip_ms', 'jitter_ms', 'loss')  # what tells of the other one's picture on its way to us

WORSE_AFTER, BETTER_AFTER = 2, 4  # samples in a row
GIVES_WAY_AFTER = 3  # poor samples in a row
PATIENCE_SECONDS, MOST_PATIENCE_SECONDS = 15, 240  # how long the line must be better before the picture is tried again
PROVEN_SECONDS = 60  # a picture that came back and stayed so long was no failed try


@dataclass(frozen=True)
class Sample:
    """The line of one side since the last sample: each number of `LIMITS`, and whether a relay is in between."""

    numbers: dict[str, float]
    is_relayed: bool = False

    def level(self, *names: str) -> int:
        """The worst of these numbers, as an index of `QUALITIES`."""
        return max(sum(self.numbers[name] > limit for limit in LIMITS[name]) for name in names)


def read(reported: Any) -> Sample | None:
    """What a browser says of its line, as far as it can be; nothing when it is no such thing."""
    if not isinstance(reported, dict) or not all(_is_number(reported.get(name)) for name in LIMITS):
        return None
    numbers = {name: min(max(float(reported[name]), 0), highest) for name, highest in HIGHEST.items()}
    return Sample(numbers, reported.get('is_relayed') is True)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12  # no NaN is


class LineJudge:
    """Judges the line of one side, sample by sample. `gives_way`: the picture of the other side is to pause."""

    def __init__(self) -> None:
        self.quality: Quality = 'good'
        self.gives_way = False
        self._recent: deque[int] = deque(maxlen=BETTER_AFTER)
        self._poor_samples = 0
        self._seconds = 0.0  # since the picture paused or came back; while it pauses only those without a poor sample
        self._patience: float = PATIENCE_SECONDS

    def hear(self, sample: Sample, seconds: float) -> None:
        """Take in what was measured in the last `seconds`."""
        self._recent.append(sample.level(*LIMITS))
        self._judge()
        is_poor = sample.level(*RECEIVED) == POOR
        self._poor_samples = self._poor_samples + 1 if is_poor else 0
        self._seconds = 0 if is_poor and self.gives_way else self._seconds + seconds
        if self.gives_way:
            self._try_again()
        else:
            self._give_way()

    def _judge(self) -> None:
        """Worse when the last few samples all are, better when all the remembered ones are."""
        level, recent = QUALITIES.index(self.quality), list(self._recent)
        worse, better = min(recent[-WORSE_AFTER:]), max(recent)
        if len(recent) >= WORSE_AFTER and worse > level:
            self.quality = QUALITIES[worse]
        elif len(recent) == BETTER_AFTER and better < level:
            self.quality = QUALITIES[better]

    def _give_way(self) -> None:
        """Let the picture pause when the line stays poor; one that had just come back has to wait longer."""
        if self._seconds >= PROVEN_SECONDS:
            self._patience = PATIENCE_SECONDS
        if self._poor_samples >= GIVES_WAY_AFTER:
            self.gives_way, self._seconds = True, 0

    def _try_again(self) -> None:
        """Bring the picture back when the line was better for long enough, and wait longer for it the next time."""
        if self._seconds >= self._patience:
            self.gives_way, self._seconds = False, 0
            self._patience = min(2 * self._patience, MOST_PATIENCE_SECONDS)
