"""What can be chosen in a `select`."""

from collections.abc import Mapping

from pages.components.form import Field
from pages.components.words import Words


def offer(field: Field, options: Mapping[str, str], chosen: str = '') -> Field:
    """The field, a `select`, with these options: words by value."""
    with field.input:
        for value, words in options.items():
            option = Words(words, tag='option')
            option.props['value'] = value
            if value == chosen:
                option.props['selected'] = True
    return field
