"""What a person does with the H5 pages over HTTP, and how a test prepares it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.services.demand.rows import Demand, get_demand
from bot.services.form.draft_rows import Draft, get_draft
from bot.services.form.drafts import open_draft, save_answers
from bot.services.page_links import form_address
from bot.services.personal_data import record_consent
from bot.settings import Settings
from bot.storage.database import reading, utc_now
from bot.storage.tables import demands, users
from bot.web.h5.app import create_h5
from knowledge.form import DemandForm
from tests.conftest import free_port, serving

BASICS = {
    "company_name": "重庆市永川区鑫源铸造有限公司",
    "contact": "质量部 李静",
    "telephone": "13983001234",
    "wanted": ["计量服务"],
    "metrology_wants": ["计量检定、校准"],
}


@dataclass
class Page:
    """The form as one browser shows it: it knows the marks of the values it has seen."""

    site: Site
    address: str
    seen: dict[str, str] = field(default_factory=dict)
    form: str = ""

    def load(self) -> httpx.Response:
        """Open or reload the page."""
        answer = self.site.http.get(self.address)
        self.seen = marks(answer.text)
        self.form = "".join(re.findall(r'name="form" value="(\d+)"', answer.text))
        return answer

    def save(self, name: str, value: Any = None, **controls: Any) -> httpx.Response:
        """What the page's script does when a field was changed."""
        data = {**self.seen, "form": self.form, **controls}
        if value is not None:
            data[name] = value
        answer = self.post(f"/fields/{name}", data)
        if answer.status_code == 200:
            self.seen |= dict(
                re.findall(r'name="(seen\.\w+)" value="(\w+)"', answer.json()["html"])
            )
            for other in answer.json()["others"]:
                self.seen |= dict(re.findall(r'name="(seen\.\w+)" value="(\w+)"', other["html"]))
        return answer

    def post(self, path: str, data: dict[str, Any] | None = None) -> httpx.Response:
        """Send a form as the script does."""
        headers = {"X-Requested-With": "fetch"}
        return self.site.http.post(self.address + path, data=data or {"x": ""}, headers=headers)

    def click(self, path: str, **data: Any) -> httpx.Response:
        """Send a form as a button does, and follow where it leads."""
        return self.site.http.post(
            self.address + path, data=data or {"x": ""}, follow_redirects=True
        )

    def get(self, path: str) -> httpx.Response:
        """Follow a link of the page."""
        return self.site.http.get(self.address + path, follow_redirects=True)


@dataclass(frozen=True)
class Site:
    """The running pages."""

    settings: Settings
    engine: Engine
    web: str
    http: httpx.Client

    def draft(self, openid: str = "oUser", consent: bool = True, **answers: Any) -> Draft:
        """A new user's draft with these answers."""
        now = utc_now()
        with self.engine.begin() as db:
            made = users.insert().values(openid=openid, account="gh_demo", created_at=now)
            user = db.execute(made).inserted_primary_key[0]
            if consent:
                record_consent(db, user, channel="wechat", now=now)
            draft = open_draft(db, user, "wechat", now)
            if answers:
                draft = save_answers(db, draft, answers, channel="wechat", actor="user", now=now)
        return draft

    def chat(self, draft: Draft, **answers: Any) -> None:
        """The same person answers in the chat."""
        with self.engine.begin() as db:
            save_answers(db, draft, answers, channel="wechat", actor="user", now=utc_now())

    def stored(self, draft: Draft) -> dict[str, Any]:
        """The answers in the database."""
        with reading(self.engine) as db:
            return get_draft(db, draft.id).answers

    def version(self, draft: Draft) -> int:
        """The draft's version, as the review page holds it."""
        with reading(self.engine) as db:
            return get_draft(db, draft.id).version

    def demands(self) -> list[Demand]:
        """All that was submitted."""
        with reading(self.engine) as db:
            ids = db.scalars(sa.select(demands.c.id).order_by(demands.c.id)).all()
            return [get_demand(db, demand_id) for demand_id in ids]

    def page(self, draft: Draft) -> Page:
        """The draft's page, opened by its link."""
        address = form_address(self.settings, draft.id, utc_now())
        page = Page(self, address.removeprefix(self.settings.link_base))
        page.load()
        return page


@contextmanager
def serving_site(
    settings: Settings, engine: Engine, form: DemandForm | None = None
) -> Iterator[Site]:
    """The pages on a port of their own."""
    app = Starlette(routes=[Mount("/h5", create_h5(settings, engine, form))])
    # Two hundred may press at once: the last is served when the others have been.
    patience = httpx.Timeout(60)
    with (
        serving(app, free_port()) as web,
        httpx.Client(base_url=web, trust_env=False, timeout=patience) as http,
    ):
        yield Site(settings, engine, web, http)


def marks(html: str) -> dict[str, str]:
    """The marks of the values that a page or a field shows."""
    return dict(re.findall(r'name="(seen\.\w+)" value="(\w+)"', html))


def text_of(html: str) -> str:
    """What a person reads of a page: no tags, no blanks at line ends."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))
