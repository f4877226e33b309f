"""Writes the generated files: docs/reference from the declarations, and the compiled translations.

`--check` writes nothing, names what is out of date, and exits 1 if anything is.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterator
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
    generated = [*references(), *translations()]
    stale = [(path, content) for path, content in generated if not path.exists() or path.read_bytes() != content]
    for path, content in stale:
        if "--check" in sys.argv:
            print(f"{path.relative_to(ROOT)} is out of date; run `make docs`")
        else:
            path.write_bytes(content)
            print(f"wrote {path.relative_to(ROOT)}")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
