"""Text whose lines were folded for sending (RFC 3676, `format=flowed`), put back into paragraphs."""

from __future__ import annotations

_SIGNATURE = "-- "


def unfold(text: str, *, delete_space: bool) -> str:
    """`text` with its soft line breaks undone, quoted lines as `> text`.

    `delete_space` is the parameter DelSp: the space before a soft break is no part of the text.
    """
    paragraphs: list[list[str]] = []
    open_depth = -1  # of the paragraph that goes on in the next line; -1 for none
    for line in text.split("\n"):
        depth, content = _unquoted(line)
        goes_on = content.endswith(" ") and content != _SIGNATURE
        if goes_on and delete_space:
            content = content[:-1]
        if depth == open_depth and content != _SIGNATURE:
            paragraphs[-1].append(content)
        else:
            paragraphs.append([f"{'>' * depth} {content}" if depth else content])
        open_depth = depth if goes_on else -1
    return "\n".join("".join(lines) for lines in paragraphs)


def _unquoted(line: str) -> tuple[int, str]:
    """How deep a line is quoted, and what it says; a line of its own spaces was stuffed with one more."""
    content = line.lstrip(">")
    return len(line) - len(content), content.removeprefix(" ")
