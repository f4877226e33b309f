"""One variable of the boot configuration, and how it is told that its value will not do."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit


class ConfigurationError(Exception):
    """A boot variable has a value we cannot start with; the text is one clear line."""

    def __init__(self, name: str, problem: str, accepted: str) -> None:
        super().__init__(f"{name}: {problem}; accepted: {accepted}")


def value_of(environ: Mapping[str, str], name: str) -> str:
    """What a variable holds, or the file that `NAME_FILE` names; empty where neither is set.

    Raises:
        ConfigurationError
    """
    if path := environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"{name}_FILE", f"cannot read {path!r} ({error})", "a readable text file"
            ) from error
    return environ.get(name, "").strip()


def bad_port(value: str) -> bool:
    """Whether a URL has a port that is none."""
    try:
        return urlsplit(value).port == 0
    except ValueError:
        return True
