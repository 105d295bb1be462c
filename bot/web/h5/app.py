"""The H5 pages as one application, mounted under /h5."""

from __future__ import annotations

from pathlib import Path

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.link_secret import read_secret
from bot.settings import Settings
from bot.storage.database import TRANSIENT
from bot.web.assets import NODE_MODULES, STATIC, Assets
from bot.web.guard import SecureHeaders
from bot.web.h5.booking_pages import BookingPages
from bot.web.h5.calendar_pages import CalendarPages
from bot.web.h5.demand_pages import DemandPages
from bot.web.h5.draft_pages import DraftPages
from bot.web.h5.export_pages import ExportPages
from bot.web.h5.matter_pages import MatterPages
from bot.web.h5.own_booking_pages import OwnBookingPages
from bot.web.h5.pages import ClosedError, Pages
from knowledge.form import DemandForm, load_form

log = structlog.get_logger()
TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
FILES = {
    "weui.css": NODE_MODULES / "weui" / "dist" / "style" / "weui.min.css",
    "h5.css": STATIC / "h5.css",
    "form.js": STATIC / "form.js",
}
REFUSALS = {404: "not_found", 405: "not_found", 413: "too_large", 400: "unreadable"}


def create_h5(settings: Settings, engine: Engine, form: DemandForm | None = None) -> ASGIApp:
    """The application. Raises AssetMissingError when node_modules is not set up."""
    assets = Assets(FILES)
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    templates.globals["asset"] = assets.path
    pages = Pages(settings, engine, read_secret(settings), form or load_form(), templates)

    async def closed(request: Request, error: Exception) -> Response:
        assert isinstance(error, ClosedError)
        return pages.closed(request, error.status, error.kind, error.purpose)

    async def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        kind = REFUSALS.get(error.status_code, "unreadable")
        return pages.closed(request, error.status_code, kind)

    async def busy(request: Request, error: Exception) -> Response:
        log.error("page_unavailable", error=type(error).__name__)
        return pages.closed(request, 503, "busy")

    async def failed(request: Request, error: Exception) -> Response:
        return pages.closed(request, 500, "failed")

    return SecureHeaders(
        Starlette(
            routes=[
                Route("/assets/{digest}/{name}", assets.serve),
                *DraftPages(pages).routes(),
                *DemandPages(pages).routes(),
                *MatterPages(pages).routes(),
                *ExportPages(pages).routes(),
                *CalendarPages(pages).routes(),
                *BookingPages(pages).routes(),
                *OwnBookingPages(pages).routes(),
            ],
            exception_handlers={
                ClosedError: closed,
                HTTPException: refused,
                **dict.fromkeys(TRANSIENT, busy),
                Exception: failed,
            },
        )
    )
