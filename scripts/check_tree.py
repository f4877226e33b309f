"""Checks that no linter makes: sizes, migrations that have landed, and what is out of date: generated files, lists."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from publicsuffixlist import PSLFILE

ROOT = Path(__file__).parent.parent
MAX_LINES, MAX_TEST_LINES, MAX_MEDIAN = 300, 400, 90
MAX_FUNCTION_LINES = 40
MAX_FILES_IN_FOLDER = 20
MAX_README_LINES = 150
MAX_SUFFIXES_AGE = timedelta(days=365)
# The last commit before which migrations were still edited in place.
MIGRATIONS_STAND_SINCE = "a78cdf2713c2"


def _git(*words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.splitlines()


def _modules(*folders: str) -> dict[str, str]:
    """The text of our modules by name; migrations are no reading matter."""
    names = [name for folder in folders for name in _git("ls-files", f"{folder}/*.py") if "/migrations/" not in name]
    return {name: (ROOT / name).read_text() for name in names if (ROOT / name).exists()}


def too_long() -> Iterator[str]:
    """Files and functions that are longer than anybody wants to read."""
    sizes = {name: len(text.splitlines()) for name, text in _modules("src", "tests", "scripts").items()}
    for name, size in sizes.items():
        limit = MAX_TEST_LINES if name.startswith("tests/") else MAX_LINES
        if size > limit:
            yield f"{name}: {size} lines, at most {limit}"
    middle = median(size for name, size in sizes.items() if name.startswith("src/") and size > 1)
    if middle > MAX_MEDIAN:
        yield f"src: half of the files have more than {middle:.0f} lines, at most {MAX_MEDIAN}"
    yield from _long_functions()
    readme = len((ROOT / "README.md").read_text().splitlines())
    if readme > MAX_README_LINES:
        yield f"README.md: {readme} lines, at most {MAX_README_LINES}"


def _long_functions() -> Iterator[str]:
    for name, text in _modules("src").items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                size = node.end_lineno - node.lineno + 1
                if size > MAX_FUNCTION_LINES:
                    yield f"{name}: {node.name} has {size} lines, at most {MAX_FUNCTION_LINES}"


def too_full() -> Iterator[str]:
    """Folders that nobody can list from memory."""
    folders = Counter(Path(name).parent for name in _modules("src") if not name.endswith("__init__.py"))
    for folder, count in folders.items():
        if count > MAX_FILES_IN_FOLDER:
            yield f"{folder}: {count} modules, at most {MAX_FILES_IN_FOLDER}"


def changed_migrations() -> Iterator[str]:
    """Migrations that somebody may have run, and that say something else now."""
    if not _git("rev-parse", "--quiet", "--verify", f"{MIGRATIONS_STAND_SINCE}^{{commit}}"):
        yield "the history that migrations are compared with is not here; `git fetch --unshallow` brings it"
    words = ["--diff-filter=MDR", "--name-only", "--format=", f"{MIGRATIONS_STAND_SINCE}..HEAD"]
    committed = _git("log", *words, "--", "src/*/migrations/0*.py")
    uncommitted = _git("diff", "--diff-filter=MDR", "--name-only", "HEAD", "--", "src/*/migrations/0*.py")
    for name in sorted({*committed, *uncommitted} - {""}):
        yield f"{name}: a migration that was committed never changes; write another one"


def stale() -> Iterator[str]:
    """Generated files that say something else than what would be generated now."""
    script = Path(__file__).parent / "generate_docs.py"
    result = subprocess.run([sys.executable, script, "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    yield from result.stdout.splitlines()
    if result.returncode not in {0, 1}:
        yield result.stderr.strip()


def old_suffixes(today: date) -> list[str]:
    """The list of public suffixes, if it is too old: by an old one, strangers count as one organisation."""
    version = re.search(r"^// VERSION: (\d{4}-\d\d-\d\d)_", Path(PSLFILE).read_text(encoding="utf-8"), re.MULTILINE)
    if version is None:
        return ["the list of public suffixes does not say of which day it is"]
    if today - date.fromisoformat(version[1]) <= MAX_SUFFIXES_AGE:
        return []
    return [f"the list of public suffixes is of {version[1]}; raise publicsuffixlist in pyproject.toml"]


def main() -> int:
    """Print what is wrong."""
    suffixes = old_suffixes(datetime.now(UTC).date())
    problems = [*too_long(), *too_full(), *changed_migrations(), *stale(), *suffixes]
    print("\n".join(problems) or "Sizes, migrations, generated files and lists are fine.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
