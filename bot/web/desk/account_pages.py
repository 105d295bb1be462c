"""One's own account: password and two-step sign-in."""

from __future__ import annotations

import segno
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.errors import LinkError, PasswordError
from bot.model.rights import Staff
from bot.services.links import make_link, read_link
from bot.services.staff.own_account import Oneself, change_password, enrol_totp, give_up_totp
from bot.services.staff.staff_rows import get_account
from bot.services.staff.totp import enrolment_address, new_secret
from bot.storage.database import reading, utc_now
from bot.web.desk import texts
from bot.web.desk.desk import ANYONE, Desk
from bot.web.guard import Posted, first

ENROLMENT = "totp"
ENROLMENT_SECONDS = 900.0
"""How long a shown QR code may be taken; its secret comes back with the form, signed."""


class AccountPages:
    """Handlers of one's own account."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All of them."""
        page = self._desk.page
        ask = page(self.ask_password, right=ANYONE, before_change=True)
        change = page(self.change_password, right=ANYONE, before_change=True)
        return [
            Route("/account", page(self.show, right=ANYONE), methods=["GET"]),
            Route("/account/password", ask, methods=["GET"]),
            Route("/account/password", change, methods=["POST"]),
            Route("/account/totp", page(self.ask_totp, right=ANYONE), methods=["GET"]),
            Route("/account/totp", page(self.turn_on, right=ANYONE), methods=["POST"]),
            Route("/account/totp/off", page(self.turn_off, right=ANYONE), methods=["POST"]),
        ]

    def show(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Who one is here, and what may be changed."""
        return self._account(request, staff)

    def ask_password(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The form for a new password."""
        return self._password(request)

    def change_password(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Take the new password."""
        desk = self._desk
        new = _word(posted, "new")
        if new != _word(posted, "again"):
            return self._password(request, "differ")
        who, origin = self._oneself(request, posted), desk.origin(staff)
        try:
            change_password(desk.engine, desk.settings, who, new, origin)
        except PasswordError as error:
            return self._password(request, error.code)
        return desk.forward(request, "/", texts.PASSWORD_CHANGED)

    def ask_totp(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The QR code for the telephone."""
        return self._totp(request, staff, new_secret())

    def turn_on(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Two-step sign-in from now on, once a code of it was typed."""
        desk = self._desk
        try:
            subject = read_link(desk.secret, ENROLMENT, first(posted, "enrolment"), utc_now())
        except LinkError:
            return desk.forward(request, "/account/totp")
        owner, secret = subject.split(":")
        if owner != str(staff.id):
            return desk.forward(request, "/account/totp")
        who, origin = self._oneself(request, posted), desk.origin(staff)
        try:
            enrol_totp(desk.engine, desk.settings, who, secret, first(posted, "code"), origin)
        except PasswordError as error:
            return self._totp(request, staff, secret, error.code)
        return desk.forward(request, "/account", texts.TOTP_ON)

    def turn_off(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The password alone again."""
        desk = self._desk
        who, origin = self._oneself(request, posted), desk.origin(staff)
        try:
            give_up_totp(desk.engine, desk.settings, who, origin)
        except PasswordError as error:
            return self._account(request, staff, error.code)
        return desk.forward(request, "/account", texts.TOTP_OFF)

    def _oneself(self, request: Request, posted: Posted) -> Oneself:
        return Oneself(self._desk.session(request), _word(posted, "old"))

    def _account(self, request: Request, staff: Staff, problem: str = "") -> Response:
        with reading(self._desk.engine) as db:
            account = get_account(db, staff.id)
        said = texts.PASSWORD_ERRORS.get(problem, "")
        status = 422 if problem else 200
        return self._desk.render(request, "account.html", status, account=account, problem=said)

    def _password(self, request: Request, problem: str = "") -> Response:
        return self._desk.render(
            request,
            "password.html",
            422 if problem else 200,
            problem=texts.PASSWORD_ERRORS.get(problem, ""),
            first_time=self._desk.session(request).must_change_password,
        )

    def _totp(self, request: Request, staff: Staff, secret: str, problem: str = "") -> Response:
        address = enrolment_address(secret, staff.login, texts.ISSUER)
        subject = f"{staff.id}:{secret}"
        made = make_link(self._desk.secret, ENROLMENT, subject, ENROLMENT_SECONDS, utc_now())
        return self._desk.render(
            request,
            "totp.html",
            422 if problem else 200,
            picture=segno.make(address, micro=False).svg_data_uri(scale=5, border=2),
            secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
            enrolment=made,
            problem=texts.PASSWORD_ERRORS.get(problem, ""),
        )


def _word(posted: Posted, name: str) -> str:
    """A password as typed: blanks are part of it."""
    return (posted.get(name) or [""])[0]
