"""Words that only lead to a value, and those that lead to none."""

from __future__ import annotations

import pytest

from bot.model.form_talk.dictated import dictated, without_reporter
from knowledge.form import load_form

FORM = load_form()


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("company_name", "哦就写永川区下一步鞋业有限公司", "永川区下一步鞋业有限公司"),
        ("business_scope", "问了下老板 说是中药材收购和初加工", "中药材收购和初加工"),
        ("business_scope", "照执照抄：中药材种植、收购", "中药材种植、收购"),
        ("industry", "应该写食品制造业", "食品制造业"),
        ("industry", "我们搞检测的，应该算专业技术服务业", "专业技术服务业"),
        ("industry", "会计说填机械加工", "机械加工"),
        ("postal_address", "收快递写朱沱镇港桥大道9号", "朱沱镇港桥大道9号"),
        ("employees", "百八十号人，你就写180", "180"),
        ("telephone", "写老板的13983001234，谢谢", "老板的13983001234"),
    ],
)
def test_words_behind_a_frame_are_the_value(field: str, text: str, words: str) -> None:
    told = dictated(FORM.field(field), text)
    assert told is not None
    assert told.words == words


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("老板就叫高兴", "高兴"),
        ("法人写的我儿子 邱晨", "邱晨"),
        ("问了 是秦川", "秦川"),
        ("检验员王芳帮填 法人陈强", "陈强"),
        ("计量，姓计单名一个量", "计量"),
        ("认证，姓任名政", "任政"),
    ],
)
def test_name_behind_words_that_lead_to_one_is_whole(text: str, name: str) -> None:
    told = dictated(FORM.field("legal_representative"), text)
    assert told is not None
    assert (told.words, told.whole) == (name, True)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("company_name", "重庆市填海工程有限公司"),  # the word stands in the name
        ("business_scope", "摩托车零部件制造"),
        ("business_scope", "写啥子"),
        ("business_scope", "写错了"),
        ("business_scope", "写经营范围还是写产品"),
        ("legal_representative", "写老板娘还是写老板"),
        ("employees", "写大概就行"),  # no number stands behind
        ("founded", "填不来"),
        ("postal_address", "就填注册那个"),  # the same as the registered address
        ("methods", "写5S"),  # choices read their own words
    ],
)
def test_nothing_is_dictated(field: str, text: str) -> None:
    assert dictated(FORM.field(field), text) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("老板说都勾上", "都勾上"),
        ("领导说先不填", "先不填"),
        ("会计喊跳过", "跳过"),
        ("老板说不清楚", "老板说不清楚"),
        ("老板说错了", "老板说错了"),
        ("老板说的那个", "老板说的那个"),
        ("重庆老板说餐饮有限公司", "重庆老板说餐饮有限公司"),
    ],
)
def test_who_says_so_does_not_matter(text: str, rest: str) -> None:
    assert without_reporter(text) == rest


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        ("standard_name", "问了质检的 是黄豆酱油那个 叫酿造酱油", "酿造酱油"),
        ("standard_name", "技术员说填陶瓷片密封水嘴", "陶瓷片密封水嘴"),
        ("product", "问了老板 叫麻辣火锅底料", "麻辣火锅底料"),
    ],
)
def test_cells_of_a_table_are_dictated_too(column: str, text: str, words: str) -> None:
    columns = {c.id: c for c in FORM.field("product_standards").columns}
    told = dictated(columns[column], text)
    assert told is not None
    assert told.words == words
