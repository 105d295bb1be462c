"""The pages on which administrators keep the desk's accounts."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.model.errors import StaffError
from bot.model.passwords import make_password
from bot.model.rights import ROLES, Staff
from bot.services.resources.organisations import list_organisations
from bot.services.staff.desk_staff import (
    activate_account,
    add_account,
    change_account,
    end_totp,
    give_password,
    see_account,
    see_accounts,
)
from bot.services.staff.password_hash import hash_password
from bot.services.staff.sign_in import clean_login
from bot.services.staff.staff import Profile, profile_of
from bot.services.staff.staff_rows import Account
from bot.storage.database import reading
from bot.web.desk import texts
from bot.web.desk.desk import Desk
from bot.web.given import number_of
from bot.web.guard import Posted, first
from knowledge import load_knowledge


class StaffPages:
    """Handlers of the accounts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[Route]:
        """All of them."""
        page = self._desk.page
        one = "/staff/{staff_id:int}"
        return [
            Route("/staff", page(self.list, right="staff"), methods=["GET"]),
            Route("/staff/new", page(self.ask, right="staff"), methods=["GET"]),
            Route("/staff/new", page(self.create, right="staff"), methods=["POST"]),
            Route(one, page(self.show, right="staff"), methods=["GET"]),
            Route(one, page(self.change, right="staff"), methods=["POST"]),
            Route(f"{one}/password", page(self.reset, right="staff"), methods=["POST"]),
            Route(f"{one}/totp", page(self.reset_totp, right="staff"), methods=["POST"]),
            Route(f"{one}/active", page(self.set_active, right="staff"), methods=["POST"]),
        ]

    def list(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Everybody."""
        with reading(self._desk.engine) as db:
            accounts = see_accounts(db, staff)
        return self._desk.render(request, "staff.html", accounts=accounts)

    def ask(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """The form for a new account."""
        return self._form(request, Profile("", ROLES[0]))

    def create(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """A new account, and its password, shown once."""
        profile, login = _profile(posted), clean_login(first(posted, "login"))
        password = make_password()
        made = hash_password(password)
        try:
            with self._desk.engine.begin() as db:
                origin = self._desk.origin(staff)
                account = add_account(db, staff, login, profile, made, origin)
        except StaffError as error:
            return self._form(request, profile, error.code, login=login)
        return self._password(request, account, password)

    def show(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """One account."""
        account = self._get(request, staff)
        return self._form(request, profile_of(account.staff), account=account)

    def change(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """Another name, role, station or skills."""
        account, profile = self._get(request, staff), _profile(posted)
        try:
            with self._desk.engine.begin() as db:
                change_account(db, staff, account.staff.id, profile, self._desk.origin(staff))
        except StaffError as error:
            return self._form(request, profile, error.code, account=account)
        return self._desk.forward(request, "/staff", texts.SAVED)

    def reset(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """A new password, shown once."""
        account, password = self._get(request, staff), make_password()
        made = hash_password(password)
        with self._desk.engine.begin() as db:
            give_password(db, staff, account.staff.id, made, self._desk.origin(staff))
        return self._password(request, account, password)

    def reset_totp(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """For who lost the telephone."""
        account = self._get(request, staff)
        with self._desk.engine.begin() as db:
            end_totp(db, staff, account.staff.id, self._desk.origin(staff))
        return self._desk.forward(request, f"/staff/{account.staff.id}", texts.TOTP_OFF)

    def set_active(self, request: Request, posted: Posted, staff: Staff) -> Response:
        """May sign in, or no longer."""
        account, active = self._get(request, staff), first(posted, "active") == "1"
        try:
            with self._desk.engine.begin() as db:
                activate_account(db, staff, account.staff.id, active, self._desk.origin(staff))
        except StaffError as error:
            return self._form(request, profile_of(account.staff), error.code, account=account)
        said = texts.STAFF_ACTIVE if active else texts.STAFF_INACTIVE
        return self._desk.forward(request, f"/staff/{account.staff.id}", said)

    def _get(self, request: Request, staff: Staff) -> Account:
        with reading(self._desk.engine) as db:
            return see_account(db, staff, request.path_params["staff_id"])

    def _form(
        self,
        request: Request,
        profile: Profile,
        problem: str = "",
        account: Account | None = None,
        login: str = "",
    ) -> Response:
        known = load_knowledge()
        with reading(self._desk.engine) as db:
            organisations = list_organisations(db, active_only=True)
        return self._desk.render(
            request,
            "staff_form.html",
            422 if problem else 200,
            account=account,
            login=account.staff.login if account else login,
            profile=profile,
            roles=ROLES,
            organisations=organisations,
            stations=known.stations,
            categories=list(known.categories.values()),
            problem=texts.STAFF_ERRORS.get(problem, ""),
        )

    def _password(self, request: Request, account: Account, password: str) -> Response:
        return self._desk.render(request, "staff_password.html", account=account, password=password)


def _profile(posted: Posted) -> Profile:
    return Profile(
        name=first(posted, "name"),
        role=first(posted, "role"),
        station=first(posted, "station") or None,
        skills=tuple(posted.get("skills", [])),
        organisation_id=number_of(posted, "organisation") or None,
    )
