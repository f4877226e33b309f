"""The order of the pre-filters, and the settings that declare them."""

from __future__ import annotations

from otalink.postmaster.filters.order import BUILT_IN, in_order
from otalink.sysconfig.declarations import SETTINGS
from otalink.sysconfig.patterns import MODULE, PRE_FILTERS


def test_the_table_names_the_filters_and_classes_that_the_settings_declare() -> None:
    declared = {name: setting.default[MODULE] for name, setting in SETTINGS.items() if PRE_FILTERS.covers(name)}
    table = {f"{PRE_FILTERS.prefix}{name}": f"{kind.__module__}.{kind.__name__}" for name, kind in BUILT_IN.items()}
    assert table == declared


def test_a_mail_passes_them_as_they_stand_in_the_table() -> None:
    assert in_order([]) == list(BUILT_IN)


def test_added_ones_stand_where_their_digits_say() -> None:
    added = in_order(["950-Late", "500-B", "500-A", "000-CreateCustomerUser"])
    assert added == [
        "000-CreateCustomerUser",
        "050-BounceDetection",
        "100-LoopProtection",
        "500-A",
        "500-B",
        "900-FollowUpArticleVisibility",
        "950-Late",
    ]
