"""Products and their standards, told in pieces as people tell them."""

from __future__ import annotations

from tests.services.form_chat.person import BASICS, Person


def at_the_products(person: Person) -> None:
    """The form asks for products."""
    person.begin()
    person.fill(*BASICS, "标准化服务")
    assert str(person.draft.asking).startswith("product_standards")


def test_three_products_in_pieces(person: Person) -> None:
    at_the_products(person)
    person.say("有两个产品")
    assert "product_standards" not in person.draft.answers, "how many is not which"
    person.say("陶瓷洗面盆，卫生陶瓷，ＧＢ６９５２－２０１５")
    person.say("没采标，公示过")
    (basin,) = person.draft.answers["product_standards"]
    assert basin == {
        "product": "陶瓷洗面盆",
        "standard_name": "卫生陶瓷",
        "standard_number": "GB 6952-2015",
        "adopted": "未采标",
        "published": "是",
    }
    person.say("第二个智能马桶盖，标准名字不清楚，编号Q/YCZN 002-2023")
    person.say("公示没得我要回去问下同事")
    second = person.draft.answers["product_standards"][1]
    assert second["product"] == "智能马桶盖"
    assert second["standard_number"] == "Q/YCZN 002-2023"
    assert (second["standard_name"], second["published"]) == ("", "")
    person.say("第三个不填")
    person.say("第一个编号前面掉了个T，应该是GB/T")
    rows = person.draft.answers["product_standards"]
    assert len(rows) == 2
    assert rows[0]["standard_number"] == "GB/T 6952-2015"
    assert rows[1] == {**second, "adopted": ""}


def test_only_the_row_in_work_is_said_back(person: Person) -> None:
    at_the_products(person)
    person.say("陶瓷洗面盆，卫生陶瓷，GB 6952-2015，未采标，已公示")
    assert "陶瓷洗面盆" in said_back(person)
    person.say("智能马桶盖")
    assert "智能马桶盖" in said_back(person)
    assert "陶瓷洗面盆" not in said_back(person), "the first product is told and done"
    person.say("第一个编号前面掉了个T，应该是GB/T")
    assert "GB/T 6952-2015" in said_back(person)
    assert "智能马桶盖" not in said_back(person)


def said_back(person: Person) -> str:
    """What the last turn says was stored."""
    lines = [
        said.values["lines"] for said in person.turn.said if said.response == "utter_form_kept"
    ]
    return "".join(lines)
