"""Files of npm packages that only tests need: fetched when first asked for, kept in `tests/.cache`, never committed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.conftest import missing

CACHE = Path(__file__).parent / '.cache'


def npm_file(package: str, path: str) -> Path:
    """A file of a package: `npm_file('axe-core@4', 'axe.min.js')`."""
    folder = CACHE / package.replace('/', '_')
    if not folder.exists():
        _fetch(package, folder)
    return folder / 'package' / path


def _fetch(package: str, folder: Path) -> None:
    npm = shutil.which('npm')
    if npm is None:
        missing('npm')
    CACHE.mkdir(exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=CACHE))
    subprocess.run([str(npm), 'pack', package, '--silent', '--pack-destination', draft], check=True, capture_output=True)
    subprocess.run(['tar', '-xzf', *draft.glob('*.tgz'), '-C', draft], check=True)
    draft.rename(folder)
