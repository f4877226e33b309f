"""The people of the screenshots."""

from __future__ import annotations

KIM, ALEX = "kim@example.com", "alex@example.com"
AGENT_PASSWORD = "a-sample-password"  # noqa: S105 - of a throw-away desk
