"""One's own account: the password."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.errors import PasswordError
from bot.model.rights import Staff
from bot.services.staff import change_password
from bot.services.staff_rows import get_account
from bot.storage.database import reading
from bot.web.desk import texts
from bot.web.desk.desk import ANYONE, Desk
from bot.web.guard import Posted


class AccountPages:
    """Handlers of one's own account."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All of them."""
        page = self._desk.page
        return [
            Route("/account", page(self.show, right=ANYONE), methods=["GET"]),
            Route(
                "/account/password",
                page(self.ask_password, right=ANYONE, before_change=True),
                methods=["GET"],
            ),
            Route(
                "/account/password",
                page(self.change_password, right=ANYONE, before_change=True),
                methods=["POST"],
            ),
        ]

    def show(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Who one is here, and what may be changed."""
        with reading(self._desk.engine) as db:
            account = get_account(db, staff.id)
        return self._desk.render(request, "account.html", account=account)

    def ask_password(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The form for a new password."""
        return self._form(request)

    def change_password(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Take the new password."""
        desk = self._desk
        old, new, again = (_word(posted, name) for name in ("old", "new", "again"))
        if new != again:
            return self._form(request, "differ")
        try:
            change_password(
                desk.engine, staff, old, new, desk.origin(staff), desk.session(request).id
            )
        except PasswordError as error:
            return self._form(request, error.code)
        return desk.forward(request, "/", texts.PASSWORD_CHANGED)

    def _form(self, request: Request, problem: str = "") -> Response:
        return self._desk.render(
            request,
            "password.html",
            422 if problem else 200,
            problem=texts.PASSWORD_ERRORS[problem] if problem else "",
            first_time=self._desk.session(request).must_change_password,
        )


def _word(posted: Posted, name: str) -> str:
    """A password as typed: blanks are part of it."""
    return (posted.get(name) or [""])[0]
