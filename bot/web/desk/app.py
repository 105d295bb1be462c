"""The desk as one application, mounted under /desk."""

from __future__ import annotations

from pathlib import Path

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from bot.link_secret import read_secret
from bot.model.errors import ForbiddenError, NotFoundError, ServiceError
from bot.settings import Settings
from bot.storage.database import TRANSIENT
from bot.web.assets import NODE_MODULES, STATIC, Assets
from bot.web.desk.account_pages import AccountPages
from bot.web.desk.audit_pages import AuditPages
from bot.web.desk.chat_actions import ChatActions
from bot.web.desk.chat_draft import ChatDraft
from bot.web.desk.chat_live import ChatLive
from bot.web.desk.chat_pages import ChatPages
from bot.web.desk.demand_actions import DemandActions
from bot.web.desk.demand_pages import DemandPages
from bot.web.desk.desk import Desk, RefusedError
from bot.web.desk.expert_pages import EXPERT_VIEWS
from bot.web.desk.formats import FILTERS
from bot.web.desk.individual_pages import IndividualPages
from bot.web.desk.item_pages import ITEM_VIEWS
from bot.web.desk.learning_pages import LearningPages
from bot.web.desk.news_pages import NewsPages
from bot.web.desk.organisation_pages import ORGANISATION_VIEWS
from bot.web.desk.quality_matter_pages import QualityMatterPages
from bot.web.desk.resource_pages import resource_routes
from bot.web.desk.rota_pages import RotaPages
from bot.web.desk.saved_walk_in_pages import SavedWalkInPages
from bot.web.desk.session_change_pages import SessionChangePages
from bot.web.desk.session_pages import SessionPages
from bot.web.desk.sign_in_pages import SignInPages
from bot.web.desk.staff_pages import StaffPages
from bot.web.desk.statistics_pages import StatisticsPages
from bot.web.desk.transcript_pages import TranscriptPages
from bot.web.desk.walk_in_pages import WalkInPages
from bot.web.guard import SecureHeaders

log = structlog.get_logger()
TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
FILES = {
    "chat.css": STATIC / "chat.css",
    "chat.js": STATIC / "chat.js",
    "chat_write.js": STATIC / "chat_write.js",
    "demand.css": STATIC / "demand.css",
    "desk.css": STATIC / "desk.css",
    "desk.js": STATIC / "desk.js",
    "rota.css": STATIC / "rota.css",
    "print.js": STATIC / "print.js",
    "echarts.js": NODE_MODULES / "echarts" / "dist" / "echarts.common.min.js",
    "statistics.js": STATIC / "statistics.js",
    "attention.js": STATIC / "attention.js",
    "form.js": STATIC / "form.js",
    "htmx.js": NODE_MODULES / "htmx.org" / "dist" / "htmx.min.js",
}
"""What pages load: {{ base }}/{{ asset('desk.css') }}."""
REFUSALS = {404: "not_found", 405: "not_found", 413: "too_large", 415: "file_kind"}
# With no-referrer, browsers would send what our own pages post as from nowhere.
HEADERS = {"Referrer-Policy": "same-origin"}


def desk_routes(desk: Desk) -> list[BaseRoute]:
    """The routes of all pages."""
    return [
        *SignInPages(desk).routes(),
        *AccountPages(desk).routes(),
        *WalkInPages(desk).routes(),
        *SavedWalkInPages(desk).routes(),
        *DemandPages(desk).routes(),
        *DemandActions(desk).routes(),
        *QualityMatterPages(desk).routes(),
        *resource_routes(desk, ITEM_VIEWS, ORGANISATION_VIEWS, EXPERT_VIEWS),
        *StatisticsPages(desk).routes(),
        *RotaPages(desk).routes(),
        *SessionPages(desk).routes(),
        *SessionChangePages(desk).routes(),
        *IndividualPages(desk).routes(),
        *StaffPages(desk).routes(),
        *TranscriptPages(desk).routes(),
        *LearningPages(desk).routes(),
        *AuditPages(desk).routes(),
        *ChatPages(desk).routes(),
        *ChatActions(desk).routes(),
        *ChatDraft(desk).routes(),
        *ChatLive(desk).routes(),
        *NewsPages(desk).routes(),
    ]


def create_desk(settings: Settings, engine: Engine) -> ASGIApp:
    """The application. Raises AssetMissingError when node_modules is not set up."""
    assets = Assets(FILES)
    desk = make_desk(settings, engine, assets)

    async def forbidden(request: Request, error: Exception) -> Response:
        return desk.closed(request, 403, "forbidden")

    async def not_found(request: Request, error: Exception) -> Response:
        return desk.closed(request, 404, "not_found")

    async def conflict(request: Request, error: Exception) -> Response:
        return desk.closed(request, 409, "conflict")

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, RefusedError)
        return desk.closed(request, error.status, error.kind)

    async def answered(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        kind = REFUSALS.get(error.status_code, "unreadable")
        response = desk.closed(request, error.status_code, kind)
        response.headers.update(error.headers or {})
        return response

    async def busy(request: Request, error: Exception) -> Response:
        log.error("page_unavailable", error=type(error).__name__)
        return desk.closed(request, 503, "busy")

    async def failed(request: Request, error: Exception) -> Response:
        return desk.closed(request, 500, "failed")

    return SecureHeaders(
        Starlette(
            routes=[Route("/assets/{digest}/{name}", assets.serve), *desk_routes(desk)],
            exception_handlers={
                ForbiddenError: forbidden,
                NotFoundError: not_found,
                ServiceError: conflict,
                RefusedError: refused,
                HTTPException: answered,
                **dict.fromkeys(TRANSIENT, busy),
                Exception: failed,
            },
        ),
        HEADERS,
    )


def make_desk(settings: Settings, engine: Engine, assets: Assets) -> Desk:
    """What the pages are made with."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    templates.globals["asset"] = assets.path
    templates.filters.update(FILTERS)
    return Desk(settings, engine, read_secret(settings), templates)
