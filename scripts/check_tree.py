"""Checks that no linter makes: file sizes, the length of the README, and generated files that are out of date."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
MAX_LINES, MAX_README_LINES = 400, 150


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


def main() -> int:
    """Print what is wrong."""
    problems = too_long() + stale()
    print("\n".join(problems) or "File sizes and generated files are fine.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
