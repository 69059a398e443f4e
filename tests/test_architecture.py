"""Who may import whom, read off the source: the house's rules, so that a newcomer finds every room where the README says."""

import ast
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILES = sorted(
    [ROOT / 'main.py', ROOT / 'db.py', *(path for room in ('migrations', 'pages', 'services') for path in (ROOT / room).rglob('*.py'))]
)
OURS = {'main', 'db', 'migrations', 'pages', 'services', 'tests', 'bench'}
CLOCKS = {'datetime.now', 'datetime.utcnow', 'datetime.today', 'date.today', 'time.time', 'time.time_ns'}

MAY_IMPORT = {  # of ours
    'main': {'db', 'migrations', 'pages', 'services'},
    'pages': {'db', 'pages', 'services'},
    'services': {'db', 'services'},
    'migrations': {'db', 'migrations'},
    'db': set(),
}
ONLY_IN = {  # of others
    'nicegui': {'main', 'pages'},
    'fastapi': {'main', 'pages'},
    'starlette': {'main', 'pages'},
    'uvicorn': {'main'},
    'sqlalchemy': {'db', 'migrations', 'services'},
    'alembic': {'migrations'},
}


def room_of(path: Path) -> str:
    """The room a file lies in: `pages` for `pages/live.py`, `db` for `db.py`."""
    return path.relative_to(ROOT).parts[0].removesuffix('.py')


def imports(path: Path) -> set[str]:
    """Every module a file imports, by its dotted name; `from pages import live` counts as `pages.live`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f'{node.module}.{alias.name}' for alias in node.names}
    return found


def names(path: Path) -> set[str]:
    """Every `name.attribute` in a file, imported ones too."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)]
    return imports(path) | {f'{node.value.id}.{node.attr}' for node in nodes if isinstance(node.value, ast.Name)}


def first(name: str) -> str:
    """The part of a dotted name before its first dot."""
    return name.split('.', maxsplit=1)[0]


def pages() -> set[str]:
    """The modules that are pages: what the site map puts at an address."""
    return {name for name in imports(ROOT / 'pages' / '__init__.py') if name.startswith('pages.')}


def offences(look: Callable[[Path], set[str]], forbidden: Callable[[Path, str], bool]) -> list[str]:
    """`file: name` for every name that `look` finds in a file and that is forbidden there."""
    return [f'{path.relative_to(ROOT)}: {name}' for path in FILES for name in sorted(look(path)) if forbidden(path, name)]


def test_a_room_imports_only_from_the_rooms_it_may() -> None:
    assert offences(imports, lambda path, name: first(name) in OURS - MAY_IMPORT[room_of(path)]) == []


def test_a_framework_is_imported_only_where_it_belongs() -> None:
    assert offences(imports, lambda path, name: room_of(path) not in ONLY_IN.get(first(name), {room_of(path)})) == []


def is_of(name: str, modules: set[str]) -> bool:
    """Whether a dotted name is one of these modules, or something in one of them."""
    return any(f'{name}.'.startswith(f'{module}.') for module in modules)


def test_a_page_never_imports_a_page() -> None:
    site_map = ROOT / 'pages' / '__init__.py'
    assert offences(imports, lambda path, name: path != site_map and is_of(name, pages())) == []


def test_a_component_needs_nothing_of_the_page_it_stands_on() -> None:
    components = ROOT / 'pages' / 'components'
    given = {f'pages.{name}' for name in ('asking', 'browsers', 'components', 'live', 'times')}
    assert offences(imports, lambda path, name: path.is_relative_to(components) and is_of(name, {'pages'}) and not is_of(name, given)) == []


def test_pages_use_rows_and_never_the_database() -> None:
    ways_in = {'db', 'db.reading', 'db.writing', 'db.engine', 'db.connect'}
    assert offences(imports, lambda path, name: room_of(path) == 'pages' and name in ways_in) == []


def test_only_settings_reads_the_environment() -> None:
    settings = ROOT / 'services' / 'settings.py'
    assert offences(names, lambda path, name: path != settings and name in ('os.environ', 'os.getenv')) == []


def test_only_the_clock_asks_for_the_time() -> None:
    clock = ROOT / 'services' / 'clock.py'
    assert offences(names, lambda path, name: path != clock and name in CLOCKS) == []


def test_nothing_is_kept_in_the_frameworks_own_storage() -> None:
    assert offences(names, lambda _path, name: name.endswith('app.storage')) == []


def test_the_rules_about_slots_need_only_the_standard_library() -> None:
    pure = {ROOT / 'services' / f'{name}.py' for name in ('wall_clock', 'plans', 'slots')}
    given = {'services.wall_clock', 'services.plans', *sys.stdlib_module_names}
    assert offences(imports, lambda path, name: path in pure and not is_of(name, given)) == []


def test_the_site_map_has_pages() -> None:
    assert 'pages.booking' in pages()
