"""The agents' pages and those of /admin, one picture after the other."""

from __future__ import annotations

from camera import BASE, Camera
from sample_people import AGENT_PASSWORD

MAIL = "/admin/postmaster"
# What people make by hand.
ADDED = {"queue", "dynamicfield", "notification", "mailaccount", "secondaryaddress", "user", "group"}
# Records that nobody looks for: empty lists all look the same.
EMPTY = {"queue", "journalentry"}


def sign_in(camera: Camera) -> None:
    """As an agent who may do everything."""
    camera.page.get_by_label("User name").fill("robin")
    camera.page.get_by_label("Password").fill(AGENT_PASSWORD)
    camera.press("Sign in")


def tour(camera: Camera, numbers: dict[str, str]) -> None:
    """Every page an agent meets."""
    page, main = camera.page, numbers["main"]
    camera.take("desk-sign-in", "/desk/")
    sign_in(camera)
    camera.take("desk-tickets", "/desk/?state=all")
    camera.take("desk-tickets-none", "/desk/?q=nothing")
    camera.take("desk-ticket", f"/desk/tickets/{main}")
    page.get_by_label("Let somebody else").fill("kim@example.com")
    camera.press("Add participant")
    camera.take("desk-ticket-error")
    camera.take("desk-waiting", f"/desk/tickets/{numbers['waiting']}")
    camera.take("desk-not-found", "/desk/tickets/1")


def admin_tour(camera: Camera) -> None:
    """Every page of /admin: lists, forms, and what our own pages do."""
    camera.page.goto(f"{BASE}/desk/")
    sign_in(camera)
    # What sticks to the lower edge of the window would lie across a picture of the whole page.
    whole = camera.kind == "phone"
    camera.take("admin-index", "/admin/", whole=whole)
    for name, address in _records().items():
        camera.take(f"admin-{name}", address, whole=whole)
    _settings(camera)
    _mail(camera)


def _records() -> dict[str, str]:
    """The pages of all records: list, form of the last one, form for a new one."""
    from django.contrib import admin

    import otalink.conf.urls  # noqa: F401 - reading the addresses is what registers the pages

    pages: dict[str, str] = {}
    for model in admin.site._registry:
        name, where = model._meta.model_name, f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        if name == "storedvalue":
            continue
        pages[f"{name}-list"] = where
        if row := model._default_manager.last():
            pages[f"{name}-form"] = f"{where}{row.pk}/change/"
        pages |= {f"{name}-add": f"{where}add/"} if name in ADDED else {}
        pages |= {f"{name}-empty": f"{where}?q=nothing-of-this-kind"} if name in EMPTY else {}
    return pages | _frame()


def _frame() -> dict[str, str]:
    """The pages around the records."""
    from django.contrib.auth.models import User

    from otalink.minidesk.models import Queue

    queue, user = Queue.objects.get(name="Orders"), User.objects.get()
    return {
        "part": "/admin/minidesk/",
        "history": f"/admin/minidesk/queue/{queue.pk}/history/",
        "delete": f"/admin/minidesk/queue/{queue.pk}/delete/",
        "password": "/admin/password_change/",
        "user-password": f"/admin/auth/user/{user.pk}/password/",
        "not-found": "/admin/nothing/",
    }


def _settings(camera: Camera) -> None:
    settings = "/admin/sysconfig/storedvalue"
    camera.take("admin-setting", f"{settings}/OneTimeAuth_3A_3AAccessDaysAfterClose/change/")
    camera.page.get_by_label("Value").fill("soon")
    camera.press("Save")
    camera.take("admin-setting-error")
    camera.take("admin-setting-message", f"{settings}/OneTimeAuth_3A_3ACustomerErrorMessageWrongLink/change/")
    filter_ = "PostMaster_3A_3APreFilterModule_23_23_23000-CreateCustomerUser"
    camera.take("admin-setting-filter", f"{settings}/{filter_}/change/")
    camera.take("admin-setting-add", f"{settings}/add/")


def _mail(camera: Camera) -> None:
    for account in ("Orders", "Shop"):
        camera.page.goto(f"{BASE}{MAIL}/mailaccount/")
        camera.page.get_by_role("link", name=account, exact=True).first.click()
        camera.press("Save and test the connection")
        camera.take(f"admin-mailaccount-test-{account.lower()}", whole=False)
    quarantine = f"{MAIL}/journalentry/quarantine/"
    camera.take("admin-quarantine", quarantine)
    camera.page.get_by_text("Order 22").first.click()
    camera.take("admin-quarantine-mail", whole=camera.kind == "phone")
    camera.page.get_by_text("Delete…").click()
    camera.take("admin-quarantine-delete", whole=False)
    camera.press("Replay")
    camera.take("admin-quarantine-replayed")
