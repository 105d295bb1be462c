"""The form's page over HTTP: what it shows, what it keeps, what it refuses."""

from __future__ import annotations

from tests.web.site import Site, text_of


def test_page_shows_every_field_and_option_of_the_form(site: Site) -> None:
    from knowledge.form import load_form

    page = site.page(site.draft(company_name="重庆市永川区鑫源铸造有限公司"))
    text = text_of(page.load().text)
    for field in load_form().fields:
        assert field.label in text
        assert all(option in text for option in field.options)
    assert "重庆市永川区鑫源铸造有限公司" in page.load().text
