"""Checks that no linter makes: file sizes, the length of the README, and what is out of date: files made, lists."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from publicsuffixlist import PSLFILE

ROOT = Path(__file__).parent.parent
MAX_LINES, MAX_README_LINES = 400, 150
MAX_SUFFIXES_AGE = timedelta(days=365)


def too_long() -> list[str]:
    """Files of ours that are longer than anybody wants to read."""
    tracked = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    sizes = {name: len((ROOT / name).read_text().splitlines()) for name in tracked.split() if (ROOT / name).exists()}
    found = [f"{name}: {size} lines, at most {MAX_LINES}" for name, size in sizes.items() if size > MAX_LINES]
    readme = len((ROOT / "README.md").read_text().splitlines())
    return found + ([f"README.md: {readme} lines, at most {MAX_README_LINES}"] if readme > MAX_README_LINES else [])


def stale() -> list[str]:
    """Generated files that say something else than what would be generated now."""
    script = Path(__file__).parent / "generate_docs.py"
    result = subprocess.run([sys.executable, script, "--check"], cwd=ROOT, capture_output=True, text=True, check=False)
    return result.stdout.splitlines() + ([] if result.returncode in {0, 1} else [result.stderr.strip()])


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
    problems = too_long() + stale() + old_suffixes(datetime.now(UTC).date())
    print("\n".join(problems) or "File sizes, generated files and lists are fine.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
