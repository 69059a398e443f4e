"""A rep's name, address and time zone in a form: where they give them themselves, and where an admin does."""

from db import Rep
from pages.components.form import Field
from pages.components.work_form import WorkForm
from pages.components.zone_chooser import zone_options
from services import reps

FIXED = 'Set where this was started ({}), so it cannot be changed here.'
VARIABLES = {'name': 'REP_NAME', 'email': 'REP_EMAIL', 'time_zone': 'TIME_ZONE'}


def rep_fields(form: WorkForm, rep: Rep, *, is_own: bool) -> None:
    """Put the fields into the form; what the settings fix can only be read."""
    fixed = reps.fixed_fields(rep.id)
    name = form.field('Name', 'name', value=rep.name).props('autocomplete=name' if is_own else 'autocomplete=off')
    email = form.field('Email', 'email', value=rep.email or '').props('type=email')
    email.props('autocomplete=username' if is_own else 'autocomplete=off')
    fields = {'name': name, 'email': email, 'time_zone': _zone(form, rep, is_fixed='time_zone' in fixed)}
    for field in fixed:
        fields[field].props('readonly').hint(FIXED.format(VARIABLES[field]))


def _zone(form: WorkForm, rep: Rep, *, is_fixed: bool) -> Field:
    if is_fixed:
        return form.field('Time zone', 'time_zone', value=rep.time_zone)
    field = form.field('Time zone', 'time_zone', tag='select').hint('Working hours are in this zone.')
    field.input.props['innerHTML'] = zone_options(rep.time_zone)
    return field
