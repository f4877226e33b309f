"""The line with which a mail program introduces what it quotes: "On Monday, Ann Lee wrote:", in its languages."""

from __future__ import annotations

import re
from enum import Enum

from otalink.articles.history_words import DATE, any_of, has_address


class Attribution(Enum):
    """How sure it is that a mail program wrote a line above what it quotes."""

    NONE = "a person may have written it"
    LIKELY = "if what follows is quoted"
    CERTAIN = "also if what follows is not marked as quoted"


# fmt: off
# Between "on" and a date; what a mail program starts its line with.
_ON = (
    "on", "am", "le", "el", "il", "op", "em", "den", "d.", "dne", "dňa", "w dniu", "dnia", "в", "у", "il giorno", "il",
    "no dia", "a", "dana", "pe", "în", "στις", "la data de", "în data de", "on date", "ב-", "בתאריך", "في",
    "на", "vào", "pada",
)
_WROTE = (
    "wrote", "writes", "schrieb", "schrieb:", "geschrieben", "a écrit", "écrit", "ha escrito", "escribió", "escribio",
    "escreveu", "ha scritto", "scrive", "scritto", "schreef", "geschreven", "skrev", "skrev följande", "kirjoitti",
    "napisał",
    "napisała", "napisał(a)", "pisze", "napisana przez", "napsal", "napsala", "napsal(a)", "napísal", "napísala",
    "napísal(a)", "написал",
    "написала", "написал(а)", "написав", "написала(а)", "пишет", "пише", "писал", "писал(а)", "написав(ла)", "yazdı",
    "şunu yazdı", "írta", "ezt írta", "έγραψε", "a scris", "je napisao", "je napisala", "napisao", "napisala",
    "je napisal",
    "כתב", "כתבה", "כתב/ה", "كتب", "следното", "написа", "đã viết", "menulis", "rašė", "rakstīja",
    "addressed",
)
# The same where no space need stand before it.
_WROTE_JOINED = ("写道", "写到", "寫道", "のメール", "のメッセージ", "작성")
# Nobody's name: a line with one of these was written by a person.
_NO_NAME = (
    "i", "you", "we", "he", "she", "they", "it", "who", "your", "our", "my", "his", "her", "their", "and", "but",
    "that",
    "ich", "sie", "wir", "er", "es", "ihr", "ihre", "unser", "mein", "meine", "und", "dass", "man", "je", "nous",
    "vous",
    "ils", "elle", "votre", "notre", "yo", "usted", "nosotros", "io", "lei", "noi", "ik", "u", "wij",
    "mijn", "uw", "eu", "nós", "jag", "vi", "ja", "ты", "вы", "мы", "я", "он", "она", "мне", "нам", "error", "log",
    "server",
)
# What a name does not begin with.
_ARTICLES = frozenset({"the", "this", "der", "die", "das", "ein", "eine", "le", "la", "les", "el", "il", "het"})
# Whom a program addresses in its own line: "On 2 November 2026 at 10:00, you wrote:".
_YOU = frozenset({"you", "sie", "vous", "usted", "u", "вы"})
# fmt: on
# What such a line ends with.
ENDINGS = (":", "-", "写道", "작성")
# Characters of a line before its date, and of a line; words of a line without an address.
_MAX_BEFORE_DATE = 40
_MAX_LENGTH = 400
_MAX_WORDS = 14
# Names of one person, in a line without a date.
_MIN_NAMES, _MAX_NAMES = 2, 4
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.h]\d\d(?!\d)")
_NO_NAMES = frozenset(_NO_NAME)
# "Ann Lee <ann@example.com>" or "ann@example.com" at the very end, or at the start, of a line.
_AT_END = re.compile(r"[<(\[]\s?[^<>()\[\]\s]+@[^<>()\[\]\s]+\s?[>)\]]\W{0,3}$")
_NAME_FIRST = re.compile(
    r"^[\w.+-]+@[\w.-]+\s|^[\"']?(?:[^\s<>()@:,;]+,?\s){0,5}?[^\s<>()@:,;\"']*[\"']?\s?[<(\[]\s?[^<>()\[\]\s]+@[^<>()\[\]\s]+\s?[>)\]]"
)
_DAY_FIRST = re.compile(r"^[^\W\d_]+\.?,? \d{1,2}\b")
_WORD = re.compile(r"[^\W\d_]+")
# Gmail once wrote "2026/11/2 Ann Lee <ann@example.com>:" and no more, at times without the colon.
_DATED_AUTHOR = re.compile(r"^\d{4}[/-]\d{1,2}[/-]\d{1,2} [^<>@]{1,60}<[^<>\s@]+@[^<>\s@]+>:?$")
_HAS_WROTE = re.compile(
    rf"(?:(?<=\s)|(?<=[>)\]\"',])|(?<=[\u3000-\uffef]))(?:{any_of(_WROTE)})(?!\w)|(?:{any_of(_WROTE_JOINED)})(?!\w)"
)
# "Ann Desk wrote", with no word between.
_NAME_WROTE = re.compile(rf"^(?:[^\W\d_]+ ){{1,4}}(?:{any_of(_WROTE)})(?!\w)")
_ONLY_WROTE = re.compile(rf" (?:{any_of(_WROTE)}):$")
_STARTS_ON = re.compile(rf"^(?:{any_of(_ON)})[\s,]+")


def attribution(line: str) -> Attribution:
    """How surely a plain line is a mail program's "On Monday, Ann Lee wrote:"."""
    if len(line) > _MAX_LENGTH:
        return Attribution.NONE
    if not line.endswith(ENDINGS):
        return _of_long_ago(line.lower().strip("- ")) if "@" in line else Attribution.NONE
    lower = line.lower().strip("- ")
    date = DATE.search(lower)
    if not _HAS_WROTE.search(lower):
        return _without_verb(lower, date)
    if date and "--" in lower[: date.start()]:
        return Attribution.NONE
    if has_address(lower):
        return _with_address(lower, date)
    return Attribution.LIKELY if _is_full_name(line) else _with_name(lower, date)


def starts_on(text: str) -> bool:
    """Whether a text begins as such lines do: with "on", before a date."""
    return bool(_STARTS_ON.match(text[:_MAX_LENGTH].lower().lstrip("- ")))


def _without_verb(lower: str, date: re.Match[str] | None) -> Attribution:
    """The same of a line that does not say "wrote": a date, and whose mail it was."""
    if _AT_END.search(lower) and date and _TIME.search(lower) and date.start() <= _MAX_BEFORE_DATE:
        return Attribution.CERTAIN
    return _of_long_ago(lower)


def _of_long_ago(lower: str) -> Attribution:
    return Attribution.LIKELY if _DATED_AUTHOR.match(lower) else Attribution.NONE


def _with_address(lower: str, date: re.Match[str] | None) -> Attribution:
    """The same of a line that says "wrote" and names an address."""
    if _NAME_FIRST.match(lower) or (date and date.start() <= _MAX_BEFORE_DATE):
        return _certain_if(date is not None)
    if not _STARTS_ON.match(lower):
        return Attribution.NONE
    return _certain_if(date is not None) if date or _TIME.search(lower) else Attribution.NONE


def _with_name(lower: str, date: re.Match[str] | None) -> Attribution:
    """The same of a line that says "wrote" and names nothing but a person, if anybody."""
    on = _STARTS_ON.match(lower)
    if not date or date.start() > _MAX_BEFORE_DATE or not (on or _TIME.search(lower) or _DAY_FIRST.match(lower)):
        return Attribution.NONE
    is_timed = bool(_TIME.search(lower.replace(date[0], " ", 1)))
    if not _names_somebody(lower, is_timed=is_timed):
        return Attribution.NONE
    # Nobody who quotes by hand says at what minute.
    return _certain_if(is_timed and bool(on or _NAME_WROTE.match(lower)))


def _is_full_name(line: str) -> bool:
    """Whether a line says "Ann Lee wrote:" and no more, as Thunderbird does without a date."""
    wrote = _ONLY_WROTE.search(line.lower())
    names = line[: wrote.start()].split() if wrote else []
    return (
        _MIN_NAMES <= len(names) <= _MAX_NAMES
        and all(name[0].isupper() for name in names)
        and not (_NO_NAMES | _ARTICLES).intersection(name.lower() for name in names)
    )


def _certain_if(condition: bool) -> Attribution:
    return Attribution.CERTAIN if condition else Attribution.LIKELY


def _names_somebody(lower: str, *, is_timed: bool) -> bool:
    words = _WORD.findall(lower)
    return len(words) <= _MAX_WORDS and not (_NO_NAMES - (_YOU if is_timed else frozenset())).intersection(words)
