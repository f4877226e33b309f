"""A mail program's "On Monday, Ann Lee wrote:" is told from what people write, in many languages."""

from __future__ import annotations

import pytest

from otalink.articles.attributions import Attribution, attribution


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("On Mon, 2 Nov 2026 at 10:00, Ann Desk <desk@example.com> wrote:", Attribution.CERTAIN),
        ('02.11.2026, 10:00, "Ann Desk" <desk@example.com>:', Attribution.CERTAIN),
        ("Ann Desk <desk@example.com> schrieb am Mo., 2. Nov. 2026, 10:00:", Attribution.CERTAIN),
        ("Am 2.11.2026 schrieb Ann Desk:", Attribution.LIKELY),
        ("Ann Desk <desk@example.com> wrote:", Attribution.LIKELY),
        ("Am 2.11.2026 um 10:00 schrieb Ann Desk:", Attribution.CERTAIN),
        ("Il 02/11/26 10:00, Ann Desk ha scritto:", Attribution.CERTAIN),
        ("Op 2 nov. 2026, om 10:00 heeft Ann Desk het volgende geschreven:", Attribution.CERTAIN),
        ("Dne 02. 11. 26 v 10:00 Ann Desk napsal(a):", Attribution.CERTAIN),
        ("Ann schrieb am 02.11.2026 10:00 (GMT +01:00):", Attribution.CERTAIN),
        ("On 2 Nov 2026 at 10:00, you wrote:", Attribution.CERTAIN),
        ("2026. 11. 02. 10:00 keltez\u00e9ssel, Ann Desk \u00edrta:", Attribution.LIKELY),
        ("2026/11/02 10:00\u3001Ann Desk\u306e\u30e1\u30fc\u30eb:", Attribution.LIKELY),
        (
            "Ann Desk <desk@example.com> \u4e8e2026\u5e7411\u67082\u65e5\u5468\u4e00 10:00\u5199\u9053:",
            Attribution.CERTAIN,
        ),
        ("2026. 11. 2. 10:00, Ann Desk <desk@example.com> \uc791\uc131:", Attribution.CERTAIN),
        ("V\u00e0o Th 2, 2 thg 11, 2026 10:00 Ann <desk@example.com> \u0111\u00e3 vi\u1ebft:", Attribution.CERTAIN),
        ("2026/11/2 Ann Desk <desk@example.com>", Attribution.LIKELY),
        ("2026/11/2 Ann Desk <desk@example.com>:", Attribution.LIKELY),
        ("2026-11-02 10:00:01 worker 7 wrote:", Attribution.LIKELY),
        ("It works--- On 2 Nov 2026, Ann <desk@example.com> wrote:", Attribution.NONE),
        ("On 3 May 2026 you wrote:", Attribution.NONE),
        ("On 3 May 2026 at 10:00 I called, and you wrote:", Attribution.NONE),
        ("Ann Desk wrote:", Attribution.LIKELY),
        ("\u00c9va K. Desk \u00edrta:", Attribution.LIKELY),
        ("The Manual wrote:", Attribution.NONE),
        ("My colleague wrote:", Attribution.NONE),
        ("On Monday she wrote:", Attribution.NONE),
        ("On 3 May 2026 I called, and you wrote:", Attribution.NONE),
        ("Ann wrote:", Attribution.NONE),
        ("Since 3 May 2026 desk@example.com says:", Attribution.NONE),
        ("On 3 May 2026, Ann Desk <desk@example.com> wrote that all is well.", Attribution.NONE),
    ],
)
def test_a_line_above_a_quote_counts_by_what_is_in_it(line: str, kind: Attribution) -> None:
    assert attribution(line) is kind
