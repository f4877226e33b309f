"""One readable line about an invitation (iCalendar, RFC 5545)."""

from __future__ import annotations

import re

from otalink.mail.charsets import clean, decode

# Bytes. The event stands near the top; what may follow is its whole history.
_MAX_READ = 200_000
_METHODS = {"REQUEST": "Invitation", "CANCEL": "Cancelled", "REPLY": "Answer to an invitation", "PUBLISH": "Event"}
_LINE = re.compile(r"(?P<name>[A-Za-z-]+)(?P<parameters>(?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):(?P<value>.*)")
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(?:\d\d)?(Z?))?")
_ZONE = re.compile(r";TZID=\"?([^;:\"]+)", re.IGNORECASE)


def summary(content: bytes) -> str:
    """What the event is about, when and where; empty where the bytes say nothing of it."""
    text = clean(decode(content[:_MAX_READ], "utf-8"))
    lines = re.sub(r"\n[ \t]", "", text).split("\n")
    start = next((number for number, line in enumerate(lines) if line.upper() == "BEGIN:VEVENT"), None)
    if start is None:
        return ""
    said = _values(lines[start + 1 :])
    title = _plain(said.get("SUMMARY", ("", ""))[1])
    if not title:
        return ""
    method = _values(lines[:start], end="").get("METHOD", ("", ""))[1].strip().upper()
    place = _plain(said.get("LOCATION", ("", ""))[1])
    return ", ".join(filter(None, (f"{_METHODS.get(method, 'Event')}: {title}", _when(said), place)))


def _values(lines: list[str], end: str = "END:VEVENT") -> dict[str, tuple[str, str]]:
    """Parameters and value by name, the first of each, up to the end of the event."""
    found: dict[str, tuple[str, str]] = {}
    for line in lines:
        if end and line.upper().startswith((end, "BEGIN:")):
            break
        match = _LINE.match(line[:2_000])
        if match:
            found.setdefault(match["name"].upper(), (match["parameters"], match["value"]))
    return found


def _when(said: dict[str, tuple[str, str]]) -> str:
    parameters, value = said.get("DTSTART", ("", ""))
    start, end = _MOMENT.match(value), _MOMENT.match(said.get("DTEND", ("", ""))[1])
    if start is None:
        return ""
    first = _day(start) + (f" {start[4]}:{start[5]}" if start[4] else "")
    last = ""
    if end and end[4]:
        last = f" to {'' if _day(end) == _day(start) else _day(end) + ' '}{end[4]}:{end[5]}"
    zone = _ZONE.search(parameters)
    where = " UTC" if start[6] else f" ({zone[1]})" if zone and start[4] else ""
    return first + last + where


def _day(moment: re.Match[str]) -> str:
    return f"{moment[1]}-{moment[2]}-{moment[3]}"


def _plain(value: str) -> str:
    text = re.sub(r"\\([\\,;nN])", lambda escaped: " " if escaped[1] in "nN" else escaped[1], value)
    return " ".join(text.split())[:300]
