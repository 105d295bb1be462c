"""The facts: annex 3 word for word, files that are refused, and words that find their item."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from knowledge import KnowledgeError, find_services, find_station, load_knowledge, services_of
from knowledge.loader import FOLDER

MARKET = "区市场监管局"
MARKET_AND_METROLOGY = (MARKET, "市计量质检院第三分院")
AWARDING = (MARKET, "区农业农村委", "区商务委", "区住房城乡建委", "区交通局", "区水利局")
# 附件3《“一站式”平台质量服务项目联系清单》: 服务类别, 服务项目, 承办部门/咨询机构, 联系电话.
ANNEX_3 = [
    (
        "质量培训及提升服务",
        "政府质量奖申报、咨询、受理。",
        (MARKET,),
        ("49859793",),
    ),
    (
        "质量培训及提升服务",
        "先进质量管理理念及工具方法培训：如全面质量管理知识培训；质量管理体系培训；"
        "卓越绩效模式、精益生产、现场管理培训；质量统计工具、六西格玛知识等培训。",
        (MARKET,),
        ("49859793",),
    ),
    (
        "质量培训及提升服务",
        "专项质量管理培训，如质量成本管理、基于风险的业务连续性管理、"
        "供应链运营管理与风险控制等培训。",
        (MARKET,),
        ("49859793",),
    ),
    (
        "质量培训及提升服务",
        "专项质量提升项目：卓越绩效模式导入、精益生产实施导入、现场管理提升项目、标准比对、"
        "行业标杆企业质量比对分析提升项目、培训建设培育和提升项目。",
        (MARKET,),
        ("49859793",),
    ),
    (
        "标准化服务",
        "开展企业标准体系要求、企业标准化工作指南等标准化基础知识培训；"
        "帮助企业开展标准化良好行为评价；引导企业开展标准“领跑者”活动。",
        (MARKET,),
        ("49473890",),
    ),
    (
        "标准化服务",
        "标准制修订、标准化试点示范项目申报、企业产品标准公开声明、商品条码办理等咨询服务。",
        (MARKET,),
        ("49473890",),
    ),
    (
        "计量服务",
        "计量器具强制检定/校准咨询服务。",
        MARKET_AND_METROLOGY,
        ("49473890",),
    ),
    (
        "计量服务",
        "指导企业内部建立计量标准，为企业提供强制管理计量器具免费检定服务,"
        "指导企业规范配备、使用能源计量器具。",
        MARKET_AND_METROLOGY,
        ("49473890",),
    ),
    (
        "检验检测服务",
        "工业产品生产许可证证后监管，产品质量监督抽查。",
        (MARKET,),
        ("49859793",),
    ),
    (
        "检验检测服务",
        "产品质量检验、产品标准咨询，检验技术培训。",
        (MARKET,),
        ("49473890", "49853128"),
    ),
    (
        "认证服务",
        "国家强制性产品认证、质量体系认证、检验检测机构资质认定的咨询等",
        (MARKET,),
        ("49853128",),
    ),
    (
        "知识产权",
        "知识产权优势企业、企业专利导航的咨询服务。",
        (MARKET,),
        ("49876254",),
    ),
    (
        "知识产权",
        "商标注册咨询，知识产权保护有关政策法规咨询服务。",
        (MARKET,),
        ("49876254",),
    ),
    (
        "知识产权",
        "知识产权纠纷解决途径咨询服务，知识产权保护培训。",
        (MARKET,),
        ("49876254",),
    ),
    (
        "品牌申报和提升",
        "企业申报政府质量奖、标准创新奖、重庆名牌农产品、重庆老字号、鲁班奖、詹天佑奖、"
        "国家优质工程奖、李春奖、路港杯、大禹奖、名特优产品、三峡杯优质结构工程奖、"
        "重庆市巴渝杯优质工程奖等奖项。",
        AWARDING,
        ("49859793",),
    ),
]


def test_annex_3_stands_row_by_row() -> None:
    rows = [(s.group, s.text, s.departments, s.telephones) for s in load_knowledge().services]
    assert rows == ANNEX_3


def test_the_eight_categories_are_those_of_the_plan() -> None:
    names = {c.id: (c.name, c.heading) for c in load_knowledge().categories.values()}
    assert names == {
        "metrology": ("计量", "计量服务"),
        "standardization": ("标准", "标准化服务"),
        "certification": ("认证", "认证服务"),
        "testing": ("检验检测", "检验检测服务"),
        "quality_management": ("质量管理", "质量培训及提升服务"),
        "ip": ("知识产权", "知识产权"),
        "brand": ("品牌培育", "品牌申报和提升"),
        "training": ("教育培训", "质量培训及提升服务"),
    }


def test_each_category_has_its_items() -> None:
    knowledge = load_knowledge()
    found = {c: [s.id for s in services_of(knowledge, c)] for c in knowledge.categories}
    assert found["metrology"] == ["metrology_verification", "metrology_standards"]
    assert found["brand"] == ["quality_award", "brand_awards"]
    assert found["quality_management"] == ["quality_improvement"]
    assert found["training"][:2] == ["quality_tools_training", "special_quality_training"]
    assert "ip_disputes" in found["training"], "知识产权保护培训 is training too"
    assert all(found.values())


def test_every_entry_names_its_source() -> None:
    knowledge = load_knowledge()
    entries = (*knowledge.services, *knowledge.stations, *knowledge.process)
    assert all(("附件3" in e.source) or ("章" in e.source) for e in entries)


def test_the_stations_are_those_of_the_plan() -> None:
    stations = load_knowledge().stations
    assert [s.name for s in stations] == [
        "区行政服务中心",
        "镇街公共服务中心",
        "凤凰湖产业促进中心",
        "港桥产业促进中心",
        "三教产业促进中心",
    ]
    visits = [s.name[:2] for s in stations if s.expert_visits]
    assert visits == ["凤凰", "港桥", "三教"], "experts visit the three promotion centres"


@pytest.mark.parametrize(
    ("said", "item"),
    [
        ("我们店里的电子秤好像不准，找谁检", "metrology_verification"),
        ("地磅一年一检到期了咋办", "metrology_verification"),
        ("压力表要拿到哪儿去校", "metrology_verification"),
        ("车间的卡尺千分尺要不要校准", "metrology_verification"),
        ("加油机强检归哪个管", "metrology_verification"),
        ("想自己建个计量标准", "metrology_standards"),
        ("检定费现在还收不收", "metrology_standards"),
        ("能源计量器具怎么配", "metrology_standards"),
        ("企标备案在哪儿弄", "standards_consulting"),
        ("产品上的商品条码怎么办理", "standards_consulting"),
        ("想牵头搞个团体标准", "standards_consulting"),
        ("怎么查我这个产品执行标准是哪个", "standards_consulting"),
        ("企业标准领跑者怎么参加", "standards_basics"),
        ("标准化良好行为评价是几A的那个", "standards_basics"),
        ("想做ISO9001", "certification_consulting"),
        ("3c怎么办", "certification_consulting"),
        ("ｉｓｏ１４００１要多少钱", "certification_consulting"),
        ("实验室想申请CMA", "certification_consulting"),
        ("客户要我们出一份检测报告", "product_inspection"),
        ("样品送检送到哪里", "product_inspection"),
        ("生产许可证到期了", "production_licence"),
        ("产品被监督抽查说不合格", "production_licence"),
        ("抽检不合格可以申请复检吗", "production_licence"),
        ("不良率太高了想请人看看", "quality_improvement"),
        ("想导入卓越绩效模式", "quality_improvement"),
        ("QC小组怎么开展", "quality_improvement"),
        ("5S搞不起来", "quality_improvement"),
        ("发明专利怎么申请", "ip_navigation"),
        ("想做企业专利导航", "ip_navigation"),
        ("商标被人抢注，想注册商标", "trademark"),
        ("商标续展", "trademark"),
        ("有人山寨我们的产品", "ip_disputes"),
        ("别人告我专利侵权", "ip_disputes"),
        ("区长质量奖啥时候报名", "quality_award"),
        ("政府质量奖怎么申报", "quality_award"),
        ("鲁班奖找哪个部门", "brand_awards"),
        ("想评重庆老字号", "brand_awards"),
        ("我们的茶叶想申报名特优", "brand_awards"),
        ("内审员培训哪里报名", "quality_tools_training"),
        ("六西格玛培训有没得", "quality_tools_training"),
        ("供应链风险控制培训", "special_quality_training"),
        ("质量成本管理培训班", "special_quality_training"),
        ("想学一下标准化培训", "standards_basics"),
        ("检验员培训", "product_inspection"),
    ],
)
def test_colloquial_words_find_the_item(said: str, item: str) -> None:
    matches = find_services(load_knowledge(), said)
    assert matches, "nothing found"
    assert matches[0].item.id == item


@pytest.mark.parametrize(
    "said", ["今天天气怎么样", "你好", "", "。", "社保怎么交", "营业执照丢了", "公积金提取", "😀"]
)
def test_other_words_find_nothing(said: str) -> None:
    assert find_services(load_knowledge(), said) == []


def test_a_category_without_fitting_words_gives_all_its_items() -> None:
    matches = find_services(load_knowledge(), "这个找谁", "ip")
    assert [m.item.id for m in matches] == ["ip_navigation", "trademark", "ip_disputes"]
    assert {m.score for m in matches} == {0.0}


@pytest.mark.parametrize(
    ("said", "station"),
    [
        ("station_gangqiao", "gangqiao"),
        ("凤凰湖那边的质量服务站在哪里", "fenghuanghu"),
        ("政务中心有窗口没得", "admin_centre"),
        ("我们镇上有没有", "town_centres"),
        ("三教园区", "sanjiao"),
    ],
)
def test_a_station_is_found_by_its_names_and_its_code(said: str, station: str) -> None:
    found = find_station(load_knowledge(), said)
    assert found is not None
    assert found.id == station


def test_other_places_are_no_station() -> None:
    assert find_station(load_knowledge(), "重庆北站") is None
    assert find_station(load_knowledge(), "") is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the knowledge to spoil."""
    for file in FOLDER.glob("*.yml"):
        shutil.copy(file, tmp_path)
    return tmp_path


def test_the_copy_loads_before_it_is_spoilt(folder: Path) -> None:
    assert load_knowledge(folder) == load_knowledge()


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("services.yml", 'telephones: ["49859793"]', "telephones: [49859793]", "telephones"),
        ("services.yml", 'telephones: ["49859793"]', 'telephones: ["四九八"]', "telephones"),
        ("services.yml", 'telephones: ["49859793"]', 'telephones: "49859793"', "telephones"),
        ("services.yml", 'telephones: ["49859793"]', "telephones: []", "telephones"),
        ("services.yml", "    departments: [区市场监管局]\n", "", "departments"),
        ("services.yml", "departments: [区市场监管局]", 'departments: [""]', "departments"),
        ("services.yml", "categories: [brand]", "categories: [brands]", "categories"),
        ("services.yml", "categories: [brand]", "categories: brand", "categories"),
        ("services.yml", "text: 政府质量奖申报、咨询、受理。", "text:", "text"),
        ("services.yml", "text: 政府质量奖申报、咨询、受理。", "text: {a: b}", "text"),
        ("services.yml", "    group: 质量", "    colour: red\n    group: 质量", "colour"),
        ("services.yml", "    group: 质量", "    group: 甲\n    group: 质量", "group"),
        ("services.yml", "id: quality_tools_training", "id: quality_award", "id"),
        ("stations.yml", "expert_visits: true", "expert_visits: often", "expert_visits"),
        ("stations.yml", "scene: station_sanjiao", "scene: station_gangqiao", "scene"),
        ("stations.yml", "scene: station_sanjiao", f"scene: {'s' * 65}", "scene"),
        ("process.yml", "title: 服务对接, ", "", "title"),
        ("categories.yml", "id: brand, ", "id: [brand], ", "id"),
    ],
)
def test_a_malformed_entry_is_refused_by_name(
    folder: Path, file: str, old: str, new: str, named: str
) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(folder)
    message = str(caught.value)
    assert message.startswith(f"{file}: ")
    assert f": {named}: " in message
    entry = message.split(": ")[1]
    assert entry in text or entry == "entry 7", "by its id, or its number where it has none"


@pytest.mark.parametrize(
    "content",
    ["", "services:", "services: []", "services: {a: b}", "- a", "services: [a]", "a: [b", "\x00"],
)
def test_a_file_that_is_no_list_is_refused_by_name(folder: Path, content: str) -> None:
    (folder / "services.yml").write_text(content, "utf-8")
    with pytest.raises(KnowledgeError, match=r"^services\.yml: "):
        load_knowledge(folder)


def test_bytes_that_are_no_text_are_refused_by_name(folder: Path) -> None:
    (folder / "process.yml").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(KnowledgeError, match=r"^process\.yml: "):
        load_knowledge(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "stations.yml").unlink()
    with pytest.raises(KnowledgeError, match=r"^stations\.yml: "):
        load_knowledge(folder)


def test_a_category_without_service_is_named(folder: Path) -> None:
    file = folder / "services.yml"
    file.write_text(
        file.read_text("utf-8").replace("categories: [certification]", "categories: [testing]"),
        "utf-8",
    )
    with pytest.raises(KnowledgeError, match=r"^services\.yml: .*certification"):
        load_knowledge(folder)
