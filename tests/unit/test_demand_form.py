"""The demand form's definition against annex 4, word by word, and its loader."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.model.answer.answers import read_answer
from bot.model.form import check_value
from knowledge import KnowledgeError
from knowledge.form import DemandForm, FormField, load_form

SECTIONS = [
    ("一", "企业基本情况", None),
    ("二", "质量教育和培训服务", "training"),
    ("三", "质量管理服务", "quality_management"),
    ("四", "标准化服务", "standardization"),
    ("五", "计量服务", "metrology"),
    ("六", "产品检验检测服务", "testing"),
    ("七", "认证认可服务", "certification"),
    ("八", "知识产权服务", "ip"),
    ("九", "其他服务", None),
    ("十", "下一步计划开展的专项质量提升项目", "brand"),
    ("十一", "意见和建议", None),
]
BASICS = [
    "企业名称",
    "企业法定代表人",
    "业务范围",
    "所属行业",
    "注册地址",
    "通讯地址",
    "成立时间",
    "职工总数",
    "质量管理机构/负责人",
    "电话/手机",
    "目前运用的主要质量管理方法",
]
COLUMNS = ["产品名称", "执行标准名称", "执行标准编号", "采标情况", "是否公示"]
METHODS = [
    "5S/6S",
    "QC小组",
    "合理化建议",
    "统计方法",
    "SPC",
    "ISO9000",
    "零缺陷管理",
    "六西格玛管理",
    "卓越绩效模式",
    "质量工程展开（QFD）",
    "精益生产",
    "实验设计（DOE）",
    "失效模式和影响分析（FMEA）",
]
TRAINING = [
    "质量方面法律法规宣传培训",
    "质量意识、质量文化宣传培训",
    "质量主题培训",
    "标准培训",
    "计量管理培训",
    "计量检定、校准培训",
    "产品检验检测从业人员培训",
    "专利相关知识培训",
    "商标代理机构从业人员培训",
]
QUALITY_MANAGEMENT = [
    "质量提升",
    "质量诊断",
    "5S现场管理咨询",
    "质量对比提升",
    "QC小组",
    "质量管理咨询",
    "中小微企业质量信用等级评定咨询",
    "质量意识提升",
    "品牌建设咨询",
    "质量奖项申报咨询",
]
STANDARDIZATION = [
    "标准信息查询",
    "标准有效性查询",
    "标准立项查新",
    "采用国际标准查询",
    "企业执行标准公开声明",
    "团体标准公开声明",
    "企业执行标准指导",
    "标准立项申报",
    "标准制修订",
    "标准体系建设指导",
    "标准化试点示范项目立项申报",
]
METROLOGY = [
    "建立健全计量管理制度",
    "计量器具台账建立",
    "计量器具溯源途径",
    "建立计量标准",
    "分类管理强检与非强检计量器具",
    "开展量值传递",
    "计量检定、校准",
]
TESTING = ["产品检验检测", "技术指导", "产品质量检验检测机构查询"]
CERTIFICATION = [
    "强制性产品认证咨询",
    "自愿性产品认证咨询",
    "认证机构及其认证范围查询",
    "获得资质认定证书的检验检测机构名录",
]
IP = ["商标申请受理咨询服务", "专利相关业务咨询服务"]
PROJECTS = [
    "质量管理诊断",
    "质量风险研究",
    "质量奖申报",
    "高质量发展论坛、专题研讨会、交流会等",
    "对标交流",
]
CHOICES = {
    "methods": METHODS,
    "training_wants": TRAINING,
    "quality_wants": QUALITY_MANAGEMENT,
    "standardization_wants": STANDARDIZATION,
    "metrology_wants": METROLOGY,
    "testing_wants": TESTING,
    "certification_wants": CERTIFICATION,
    "ip_wants": IP,
    "next_projects": PROJECTS,
}
FORM = load_form()


def test_sections_are_those_of_annex_4_in_its_order() -> None:
    assert [(s.number, s.title, s.category) for s in FORM.sections] == SECTIONS


def test_basics_are_those_of_annex_4_in_its_order() -> None:
    printed = [f.label for f in FORM.fields if f.section == "basics" and f.printed]
    assert printed == BASICS


def test_products_have_the_columns_of_annex_4() -> None:
    products = FORM.field("product_standards")
    assert products.label == "企业产品执行标准情况"
    assert [column.label for column in products.columns] == COLUMNS


@pytest.mark.parametrize("field_id", CHOICES)
def test_options_are_annex_4s_words(field_id: str) -> None:
    field = FORM.field(field_id)
    assert list(field.options) == CHOICES[field_id]
    assert field.other, "every list of annex 4 ends with 其他"


def test_other_methods_are_named_as_in_annex_4() -> None:
    assert FORM.field("methods").other_label == "其他组织独创性质量管理方式和模式"


def test_all_lists_of_annex_4_are_there() -> None:
    assert {f.id for f in FORM.fields if f.kind == "choices" and f.printed} == set(CHOICES)


def test_wanted_services_are_the_titles_of_the_sections_to_choose() -> None:
    assert list(FORM.field("wanted").options) == [s.title for s in FORM.sections if s.chosen]


def test_brand_options_of_the_quality_section_are_filed_under_brand() -> None:
    field = FORM.field("quality_wants")
    filed = dict(zip(field.options, field.option_categories, strict=True))
    assert filed["品牌建设咨询"] == filed["质量奖项申报咨询"] == "brand"
    assert filed["质量诊断"] == "quality_management"


def _asked(form: DemandForm) -> list[FormField]:
    return [*form.fields, *(column for field in form.fields for column in field.columns)]


@pytest.mark.parametrize("field", _asked(FORM), ids=lambda field: field.id)
def test_texts_for_chat_are_short_and_without_markup(field: FormField) -> None:
    for text in (field.question, field.hint):
        assert len(text) <= 60
        assert not set(text) & set("*#_`<>[]{}")
    assert field.question.endswith(("？", "。"))


@pytest.mark.parametrize("field", _asked(FORM), ids=lambda field: field.id)
def test_example_of_each_field_is_an_answer_to_it(field: FormField) -> None:
    value = read_answer(field, field.example, date(2026, 3, 10))
    assert check_value(field, value) == value
    assert value not in ("", [], "无")


@pytest.mark.parametrize("field", [f for f in FORM.fields if f.kind == "choices"])
def test_every_option_is_chosen_by_its_own_name(field: FormField) -> None:
    for option in field.options:
        assert read_answer(field, option, date(2026, 3, 10)) == [option]


@pytest.mark.parametrize("field", [f for f in FORM.fields if f.kind == "choices"])
def test_no_other_word_stands_for_two_options(field: FormField) -> None:
    words = [word for terms in field.terms for word in terms]
    assert len(words) == len(set(words))


# The loader


@pytest.fixture
def write_form(tmp_path: Path) -> Callable[..., Path]:
    """A changed copy of the form: `change` gets the document."""

    def write(change: Callable[[dict], object]) -> Path:  # type: ignore[type-arg]
        source = Path(load_form.__code__.co_filename).with_name("demand_form.yml")
        document = yaml.safe_load(source.read_text(encoding="utf-8"))
        change(document)
        path = tmp_path / "demand_form.yml"
        path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
        return path

    return write


def _first(document: dict) -> dict:  # type: ignore[type-arg]
    return document["sections"][0]["fields"][0]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda d: d.pop("version"), ("version", "is missing")),
        (lambda d: _first(d).pop("question"), ("company_name", "question", "is missing")),
        (lambda d: _first(d).update(question=" "), ("company_name", "question", "must be a text")),
        (lambda d: _first(d).update(kind="colour"), ("company_name", "kind", "colour")),
        (lambda d: _first(d).update(format="zip"), ("company_name", "format", "zip")),
        (lambda d: _first(d).update(required="yes"), ("company_name", "required", "true or false")),
        (lambda d: _first(d).update(alias=["x"]), ("company_name", "alias", "unknown field")),
        (lambda d: _first(d).update(aliases="x"), ("company_name", "aliases", "list of texts")),
        (lambda d: _first(d).update(id="industry"), ("industry", "stands twice")),
        (lambda d: d["sections"][1].update(category="cooking"), ("training", "cooking")),
        (lambda d: d["sections"][1].update(title="别的"), ("wanted", "titles")),
        (lambda d: _first(d).update(same_as="nobody"), ("company_name", "same_as", "nobody")),
        (lambda d: d.update(sections=[]), ("sections", "list")),
    ],
)
def test_malformed_form_is_refused_by_file_entry_and_field(
    write_form: Callable[..., Path],
    change: Callable[[dict], object],  # type: ignore[type-arg]
    named: tuple[str, ...],
) -> None:
    with pytest.raises(KnowledgeError) as refused:
        load_form(write_form(change))
    for word in ("demand_form.yml", *named):
        assert word in str(refused.value)


def test_missing_form_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="demand_form.yml: the file is missing"):
        load_form(tmp_path / "demand_form.yml")


def test_form_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "demand_form.yml"
    path.write_text("sections: [", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="demand_form.yml: is not YAML"):
        load_form(path)


def test_added_field_is_asked_without_code(write_form: Callable[..., Path]) -> None:
    from bot.model.form import asked_fields

    added = {
        "id": "website",
        "label": "企业网站",
        "kind": "text",
        "required": False,
        "question": "企业有网站吗？网址是多少？",
        "hint": "没有就回复“没有”。",
        "example": "www.example.com",
    }
    form = load_form(write_form(lambda d: d["sections"][0]["fields"].insert(4, added)))
    asked = [field.id for field in asked_fields(form, {})]
    assert asked.index("website") == asked.index("industry") + 1
