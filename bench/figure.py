"""What was measured, as a line of the report."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A number with its unit, and what we want it to be."""

    what: str
    number: float
    unit: str
    aim: str = ''

    def __str__(self) -> str:
        return f'  {self.what:<58} {self.number:>10,.0f} {self.unit:<12} {self.aim}'.rstrip()


def percentile(values: list[float], share: int) -> float:
    """The value that so many percent of all do not exceed."""
    return sorted(values)[min(len(values) * share // 100, len(values) - 1)]
