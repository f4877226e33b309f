"""The people of the screenshots."""

from __future__ import annotations

MAYA, JONAS = "maya.okafor@example.com", "jonas@example.com"
AGENT_PASSWORD = "a-sample-password"  # noqa: S105 - of a throw-away desk
