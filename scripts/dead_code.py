"""Names code that nothing uses: what vulture finds, without what is used by name only.

Templates, dotted names in settings, and the keywords of queries are uses that vulture does not see. They are collected
here and handed to it as one more file to read.
"""

from __future__ import annotations

import ast
import keyword
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src"
# Whose own names Django looks for; vulture does not read it, so what it uses is told.
SETTINGS = SOURCE / "otalink" / "conf" / "settings.py"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TAG = re.compile(r"\{[{%](.*?)[%}]\}")


def _in_code(tree: ast.AST) -> Iterator[str]:
    """Names in strings that are nothing but names, dotted or not, and the keywords of calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not re.search(r"\s", node.value):
            yield from _NAME.findall(node.value.replace("__", " "))


def _in_templates(text: str) -> Iterator[str]:
    for tag in _TAG.finditer(text):
        yield from _NAME.findall(tag[1])


def names() -> set[str]:
    """Every name that is used as a text."""
    found = {name for path in SOURCE.rglob("*.py") for name in _in_code(ast.parse(path.read_text()))}
    found |= {name for path in SOURCE.rglob("*.html") for name in _in_templates(path.read_text())}
    project = (SOURCE.parent / "pyproject.toml").read_text()
    found |= set(_NAME.findall(" ".join(re.findall(r'"(otalink\.[^"]+)"', project))))
    nodes = list(ast.walk(ast.parse(SETTINGS.read_text())))
    found |= {node.id for node in nodes if isinstance(node, ast.Name)}
    found |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    found |= {alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names}
    return {name for name in found if not keyword.iskeyword(name)}


def main() -> int:
    """Print what is left, and fail if anything is."""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as used:
        used.write("\n".join(f"_.{name}" for name in sorted(names())))
        used.flush()
        return subprocess.run([sys.executable, "-m", "vulture", SOURCE, used.name], cwd=SOURCE.parent).returncode


if __name__ == "__main__":
    sys.exit(main())
