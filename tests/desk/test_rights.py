"""Every page of the desk refuses the roles that lack its right; new pages are tried as well."""

from __future__ import annotations

import re

import pytest
from starlette.routing import Route

from bot.model.rights import RIGHTS, ROLES
from bot.web.assets import Assets
from bot.web.desk.app import FILES, desk_routes, make_desk
from tests.desk.office import Office

OPEN = {"/sign-in"}
"""Pages for those who are not signed in."""


def routes(office: Office) -> list[Route]:
    """All routes of the desk's pages."""
    made = desk_routes(make_desk(office.settings, office.engine, Assets(FILES)))
    return [route for route in made if isinstance(route, Route)]


def address(route: Route) -> str:
    """An address that the route serves, of a thing that is not there."""
    return re.sub(r"{\w+(:\w+)?}", "1", route.path)


def methods(route: Route) -> set[str]:
    """How it is called."""
    return (route.methods or set()) - {"HEAD"}


def test_every_page_names_its_right(office: Office) -> None:
    for route in routes(office):
        if route.path not in OPEN:
            right = getattr(route.endpoint, "right", None)
            assert right == "" or right in RIGHTS, f"{route.path}: use desk.page or desk.stream"


@pytest.mark.parametrize("role", ROLES)
def test_role_without_the_right_is_refused(office: Office, role: str) -> None:
    colleague = office.colleague(role)
    token = colleague.csrf()
    for route in routes(office):
        right = getattr(route.endpoint, "right", "")
        for method in methods(route):
            if right and role not in RIGHTS[right]:
                answer = colleague.http.request(
                    method,
                    f"/desk{address(route)}",
                    headers={"X-CSRF-Token": token},
                    **({"data": {"x": "1"}} if method != "GET" else {}),
                )
                assert answer.status_code == 403, f"{method} {route.path} as {role}"
                assert "没有权限" in answer.text


def test_pages_are_for_those_who_signed_in(office: Office) -> None:
    http = office.client()
    for route in routes(office):
        for method in methods(route) if route.path not in OPEN else ():
            answer = http.request(method, f"/desk{address(route)}")
            assert answer.status_code == 303, f"{method} {route.path}"
            assert answer.headers["location"].startswith("/desk/sign-in")


def test_who_may_change_the_model_sees_the_page_on_which_it_is_changed() -> None:
    assert RIGHTS["models"] <= RIGHTS["learning"]
