"""The pre-filters that are always there; operators add others (`otalink.sysconfig.patterns`)."""

from __future__ import annotations

from otalink.sysconfig.named import Kind
from otalink.sysconfig.patterns import PRE_FILTERS
from otalink.sysconfig.setting import NameOf, Setting, boolean, fields

_NAVIGATION = "Core::Email::PostMaster"

CREATE_CUSTOMER_USER = Setting(
    name="PostMaster::PreFilterModule###000-CreateCustomerUser",
    navigation=_NAVIGATION,
    default={
        "Module": "otalink.postmaster.filters.create_customer_user.CreateCustomerUser",
        "CustomerHeaderSpoofProtection": True,
        "CustomerUserBackend": "",
        "SetCheckBoxName": "",
    },
    parse=fields(
        Module=PRE_FILTERS.module,
        CustomerHeaderSpoofProtection=boolean,
        CustomerUserBackend=NameOf(Kind.BACKEND),
        SetCheckBoxName=NameOf(Kind.CHECKBOX),
    ),
    kind="pre-filter",
    help="Makes a customer user in CustomerUserBackend (empty: CustomerUser) of a sender nobody knows. "
    "CustomerHeaderSpoofProtection sets, and overwrites, the X-OTOBO-CustomerUser header of a known sender. "
    "SetCheckBoxName names a checkbox dynamic field that is set on tickets of this backend's customer users.",
)

BOUNCE_DETECTION = Setting(
    name="PostMaster::PreFilterModule###050-BounceDetection",
    navigation=_NAVIGATION,
    default={
        "Module": "otalink.postmaster.filters.bounce_detection.BounceDetection",
        "MarkUndeliverable": True,
    },
    parse=PRE_FILTERS,
    kind="pre-filter",
    help="Files a bounce on the ticket of the mail that came back, which goes again a few times unless its address is "
    "the cause. MarkUndeliverable sends no more mail to an address that does not exist or takes no mail, until a "
    "person writes from it.",
)

LOOP_PROTECTION = Setting(
    name="PostMaster::PreFilterModule###100-LoopProtection",
    navigation=_NAVIGATION,
    default={"Module": "otalink.postmaster.filters.loop_protection.LoopProtection", "MaxUnopened": 4},
    parse=PRE_FILTERS,
    kind="pre-filter",
    help="Takes a sender for a robot, whose new tickets are filed without an answer, after MaxUnopened answers within "
    "a day of whose links none was opened, and after PostmasterMaxEmails in any case.",
)

FOLLOW_UP_VISIBILITY = Setting(
    name="PostMaster::PreFilterModule###900-FollowUpArticleVisibility",
    navigation=_NAVIGATION,
    default={
        "Module": "otalink.postmaster.filters.follow_up_visibility.FollowUpArticleVisibility",
        "SameCustomerID": False,
    },
    parse=PRE_FILTERS,
    kind="pre-filter",
    help="Hides from the customer what somebody who takes no part in a ticket writes to it, and what is not proven to "
    "be by somebody who does. SameCustomerID shows what valid customer users with the ticket's customer ID write, "
    "where they are proven.",
)
