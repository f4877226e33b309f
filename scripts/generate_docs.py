"""Writes the generated files: docs/reference from the declarations, and the compiled translations.

`--check` writes nothing, names what is out of date, and exits 1 if anything is.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent


def references() -> Iterator[tuple[Path, bytes]]:
    """The pages of docs/reference."""
    import django

    os.environ["OTALINK_DATA"] = tempfile.mkdtemp(prefix="otalink-docs-")
    os.environ["DJANGO_SETTINGS_MODULE"] = "otalink.conf.settings"
    django.setup()
    from otalink.cli import reference as commands
    from otalink.sysconfig import reference as settings

    for name, text in (("commands", commands.markdown()), ("settings", settings.markdown())):
        yield ROOT / "docs" / "reference" / f"{name}.md", f"{text.rstrip()}\n".encode()


def translations() -> Iterator[tuple[Path, bytes]]:
    """The compiled catalogue beside every .po file."""
    for path in sorted((ROOT / "src").rglob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        yield path.with_suffix(".mo"), compiled.getvalue()


def main() -> int:
    """Write, or check."""
    is_check, stale = "--check" in sys.argv, 0
    # One after the other: the references quote texts from the compiled translations.
    for path, content in chain(translations(), references()):
        if path.exists() and path.read_bytes() == content:
            continue
        stale += 1
        if not is_check:
            path.write_bytes(content)
        name = path.relative_to(ROOT)
        print(f"{name} is out of date; run `make docs`" if is_check else f"wrote {name}")
    return 1 if stale and is_check else 0


if __name__ == "__main__":
    sys.exit(main())
