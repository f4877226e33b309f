"""Ann Lee, who has two addresses or is two customer users."""

from __future__ import annotations

WORK = "ann@xn--bcher-kva.example"
OLD = "ann.lee@old.example"
