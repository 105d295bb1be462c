"""All that is stored of a person, to read and to download."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import NoResultFound
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import texts
from bot.demand_texts import STATE_NAMES
from bot.services.page_links import EXPORT
from bot.services.personal_data import export_personal_data
from bot.web.guard import Posted
from bot.web.h5.fields import show_lines
from bot.web.h5.pages import ClosedError, Pages


class ExportPages:
    """Handlers under /h5/export/{token}."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def routes(self) -> list[Route]:
        """Both of them."""
        pages = self._pages
        return [
            Route("/export/{token}", pages.endpoint(self.show)),
            Route("/export/{token}/file", pages.endpoint(self.file)),
        ]

    def show(self, request: Request, posted: Posted) -> Response:
        """The data in words."""
        data = self._export(request)
        forms = [
            (f"{row['number']}　{STATE_NAMES[row['status']]}", self._lines(row["answers"]))
            for row in data["demands"]
        ] + [
            (f"需求表　{texts.DRAFT_STATUS[row['status']]}", self._lines(row["answers"]))
            for row in data["drafts"]
            if row["status"] != "submitted"  # it stands among the demands
        ]
        return self._pages.render(request, "export.html", data=data, forms=forms)

    def file(self, request: Request, posted: Posted) -> Response:
        """The data for machines."""
        text = json.dumps(self._export(request), ensure_ascii=False, indent=2)
        headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
        return Response(text, media_type="application/json", headers=headers)

    def _export(self, request: Request) -> dict[str, Any]:
        user_id = self._pages.subject(request, EXPORT)
        with self._pages.engine.begin() as db:
            try:
                return export_personal_data(db, user_id, channel="h5", form=self._pages.form)
            except NoResultFound:
                raise ClosedError(410, "deleted", EXPORT) from None

    def _lines(self, answers: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
        """Labels with their values as people read them."""
        fields = {field.label: field for field in self._pages.form.fields}
        return [
            (label, show_lines(fields[label], value) if label in fields else [str(value)])
            for label, value in answers.items()
        ]
