"""The desk as people at it use it: over HTTP, or in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import sqlalchemy as sa
from playwright.sync_api import Browser, Page
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.model.rights import ORGANISATION, Staff
from bot.services.record import Origin
from bot.services.resources.organisations import ORGANISATIONS, OrganisationProfile
from bot.services.resources.rows import add_resource
from bot.services.staff.staff import Profile, create_staff
from bot.settings import Settings
from bot.storage.database import reading, utc_now
from bot.storage.tables import events
from bot.web.desk.app import create_desk
from tests.conftest import PATIENCE, free_port, quick_hash, serving

PASSWORD = "wrmx-45ke-tt9v"
PASSWORD_HASH = quick_hash(PASSWORD)
BY = Origin("system", "system", utc_now())
CSRF = re.compile(r'name="csrf" value="([\w-]+)"')


@dataclass
class Colleague:
    """Somebody signed in with a browser of their own."""

    office: Office
    staff: Staff
    http: httpx.Client

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Open a page, a path below /desk."""
        return self.http.get(f"/desk{path}", **options)

    def csrf(self) -> str:
        """The token of their session, as their pages hold it."""
        found = CSRF.search(self.get("/account/password").text)
        assert found is not None, "not signed in"
        return found[1]

    def post(self, path: str, **data: Any) -> httpx.Response:
        """What a button of a page does; the answer is not followed."""
        return self.http.post(f"/desk{path}", data={"csrf": self.csrf(), **data})

    def htmx(self, path: str, **data: Any) -> httpx.Response:
        """What htmx posts."""
        headers = {"HX-Request": "true", "X-CSRF-Token": self.csrf()}
        return self.http.post(f"/desk{path}", data=data or {"x": ""}, headers=headers)

    def upload(self, path: str, files: dict[str, Any], **data: Any) -> httpx.Response:
        """A form with files: field → (name, content)."""
        return self.http.post(f"/desk{path}", data={"csrf": self.csrf(), **data}, files=files)


@dataclass
class Office:
    """The running desk."""

    settings: Settings
    engine: Engine
    web: str
    opened: list[httpx.Client] = field(default_factory=list)

    def hire(self, role: str = "specialist", login: str = "", **profile: Any) -> Staff:
        """A new account with PASSWORD that may be used at once; keywords are Profile's."""
        name = profile.pop("name", f"示例{login or role}")
        with self.engine.begin() as db:
            if role == ORGANISATION and "organisation_id" not in profile:
                of = OrganisationProfile(f"{login or role}的机构", "technical", ("testing",))
                profile["organisation_id"] = add_resource(db, ORGANISATIONS, of, BY).id
            return create_staff(
                db,
                login or f"{role}1",
                Profile(name, role, **profile),
                PASSWORD_HASH,
                BY,
                must_change_password=False,
            )

    def reads(self, what: str) -> list[str]:
        """Who was shown personal data of that kind, as the record has it."""
        query = sa.select(events).where(events.c.kind == "personal_data_read")
        with reading(self.engine) as db:
            found = db.execute(query.order_by(events.c.id)).all()
        return [event.actor for event in found if event.data["what"] == what]

    def client(self) -> httpx.Client:
        """A browser in which nobody is signed in."""
        made = httpx.Client(base_url=self.web, trust_env=False, timeout=PATIENCE)
        self.opened.append(made)
        return made

    def sign_in(self, staff: Staff, password: str = PASSWORD, **more: str) -> Colleague:
        """The person at a browser of their own."""
        http = self.client()
        data = {"login": staff.login, "password": password, **more}
        answer = http.post("/desk/sign-in", data=data)
        assert answer.status_code == 303, f"refused: {answer.status_code}"
        return Colleague(self, staff, http)

    def colleague(self, role: str = "specialist", login: str = "", **profile: Any) -> Colleague:
        """A new person, signed in."""
        return self.sign_in(self.hire(role, login, **profile))

    def open_page(
        self, browser: Browser, staff: Staff, path: str = "/", width: int = 1366, height: int = 768
    ) -> Page:
        """A page of the desk in Chromium, signed in as `staff`; close it at the end."""
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(f"{self.web}/desk/sign-in")
        page.fill("#login", staff.login)
        page.fill("#password", PASSWORD)
        page.click("text=登录 >> nth=-1")
        page.wait_for_selector("header.top")
        if path != "/":
            page.goto(f"{self.web}/desk{path}")
        return page


@contextmanager
def serving_office(settings: Settings, engine: Engine) -> Iterator[Office]:
    """The desk on a port of its own."""
    app = Starlette(routes=[Mount("/desk", create_desk(settings, engine))])
    with serving(app, free_port()) as web:
        office = Office(settings, engine, web)
        yield office
        for client in office.opened:
            client.close()
