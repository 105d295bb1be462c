"""统计 in a browser: charts are drawn within the page's policy, nothing is cut off."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.desk.office import Office
from tests.desk.test_statistics_pages import lives

PAGES = (
    "/statistics",
    "/statistics/cases/matters",
    "/demands?view=all",
    "/demands/1",
    "/demands/new",
    "/demands/quality-matters",
    "/organisations",
    "/organisations/new",
)
INK = """(id) => {
  const canvas = document.querySelector(`#${id} canvas`);
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let inked = 0;
  for (let at = 3; at < pixels.length; at += 4) inked += pixels[at] > 0;
  return inked;
}"""
"""How many dots of a chart are not empty."""


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (820, 1180)])
def test_pages_of_demands_fit_and_charts_are_drawn(
    office: Office, browser: Browser, width: int, height: int
) -> None:
    lives(office)
    page = office.open_page(browser, office.hire("centre"), width=width, height=height)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    first = page.goto(f"{office.web}/desk/demands?view=all")
    assert first is not None
    one = page.get_attribute("tbody a", "href")
    for path in PAGES:
        address = one if path == "/demands/1" else f"/desk{path}"
        page.goto(f"{office.web}{address}")
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) == 0, f"{path} scrolls sideways"
    page.goto(f"{office.web}/desk/statistics")
    for chart in ("chart-months", "chart-groups"):
        page.wait_for_selector(f"#{chart} canvas")
        page.wait_for_function(f"({INK})('{chart}') > 500")
    page.hover("#chart-months canvas", position={"x": 200, "y": 120})
    page.click("#figure-completed a")
    page.wait_for_selector("h1 >> text=完成数的明细")
    assert page.locator("tbody tr").count() == 2
    assert page.inner_text("#value") == "2"
    page.close()
    assert complaints == []
