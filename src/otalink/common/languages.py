"""The languages that customers are spoken to in, and the texts in them.

A text in the code is English; every other language has a catalogue of them all in `locale/`. Knows no Django, so that
whoever only reads the declarations of settings needs none.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

# Code and own name. A line more and a catalogue are a language more: docs/howto/add-a-language.md.
LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
}
CATALOGUES = Path(__file__).parent.parent / "locale"


def translatable(english: str) -> str:
    """The text itself; marks it as one that stands in the catalogues, where it is translated later."""
    return english


def translated(english: str, language: str) -> str:
    """A text in a language, by its code; in English where we do not speak that one."""
    return _catalogue(language).gettext(english) if language in LANGUAGES else english


def in_every_language(english: str) -> dict[str, str]:
    """A text by the code of each language."""
    return {language: translated(english, language) for language in LANGUAGES}


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    # Without a catalogue, a language that is being added speaks English.
    return gettext.translation("django", CATALOGUES, [language], fallback=True)
