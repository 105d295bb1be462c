"""Cells of a product: its standard's number, whether it is published, what it adopts."""

from __future__ import annotations

import pytest

from bot.model.answer.answers import read_answer
from bot.model.field_error import FieldError
from tests.unit.answers.reading import FORM, TODAY, cases, read

STANDARDS = """
ｇｂ６９５２－２０１５ → GB 6952-2015
GB2760－2014 → GB 2760-2014
gb6952 2015 → GB 6952-2015
GB 6952-86 → GB 6952-86
GB 4806.7-2016 → GB 4806.7-2016
gb 18580 → GB 18580
gbt19001 → GB/T 19001
gb t 4100-2015 → GB/T 4100-2015
GB/T 19001-2016 → GB/T 19001-2016
GB/T 19001:2016 → GB/T 19001-2016
gb∕t 19001 → GB/T 19001
GB—T 19001—2016 → GB/T 19001-2016
GB/T19001一2016 → GB/T 19001-2016
GB杠T一九零零一杠二零一六 → GB/T 19001-2016
gb六九五二杠二零一五 → GB 6952-2015
国标6952-2015 → GB 6952-2015
国标推荐19001-2016 → GB/T 19001-2016
GB/Z 19027 → GB/Z 19027
GBZ 1-2010 → GBZ 1-2010
JB/T 5943-2018 → JB/T 5943-2018
qc/t 1003-2015 → QC/T 1003-2015
NY T 391 → NY/T 391
yy 0505-2012 → YY 0505-2012
JJG 1036-2008 → JJG 1036-2008
db50/t 1234-2022 → DB50/T 1234-2022
DB50T 1234-2022 → DB50/T 1234-2022
DB50/1234-2022 → DB50/1234-2022
T/CQAS 001-2023 → T/CQAS 001-2023
q/ycdc 001-2024 → Q/YCDC 001-2024
Q/YCDC001-2024 → Q/YCDC 001-2024
Q/CYD 0001S-2023 → Q/CYD 0001S-2023
Q/320500ABC 001-2020 → Q/320500ABC 001-2020
iso9001:2015 → ISO 9001:2015
iso9001 2015 → ISO 9001:2015
ISO 9001-2015 → ISO 9001:2015
ISO/IEC 17025:2017 → ISO/IEC 17025:2017
iatf16949 → IATF 16949
IEC 60335-1 → IEC 60335-1
执行GB/T 4100-2015和GB 6566-2010 → GB/T 4100-2015、GB 6566-2010
6952-2015 → standard_prefix
企标001-2024 → standard_prefix
国标 → no_standard
记不到了 → unclear
"""


@pytest.mark.parametrize(("text", "value"), cases(STANDARDS))
def test_standard_number_in_any_spelling(text: str, value: str) -> None:
    assert read("product_standards.standard_number", text) == value


YES_NO = """
公示了的 → 是
公示过了 → 是
早就公示了 → 是
已公示 → 是
公示 → 是
是 → 是
对头 → 是
在企业标准平台上公开了 → 是
还没公示 → 否
没有公示过 → 否
还没来得及 → 否
不用公示 → 否
没 → 否
没得 → 否
莫得 → 否
否 → 否
正在公示 → yes_or_no
不晓得 → yes_or_no
"""


@pytest.mark.parametrize(("text", "value"), cases(YES_NO))
def test_yes_and_no(text: str, value: str) -> None:
    assert read("product_standards.published", text) == value


ADOPTION = """
没采标 → 未采标
没有采标 → 未采标
未采 → 未采标
不采 → 未采标
没得采 → 未采标
没有 → 未采标
就按国标做的，没采 → 未采标
采了的 → 已采标
采标了 → 已采标
是 → 已采标
等同采用 → 等同采用
等同采用国际标准 → 等同采用
IDT → 等同采用
非等效 → 非等效采用
修改采用ISO 4892 → 修改采用ISO 4892
不晓得 → unclear
"""


@pytest.mark.parametrize(("text", "value"), cases(ADOPTION))
def test_adoption_of_international_standards(text: str, value: str) -> None:
    assert read("product_standards.adopted", text) == value


@pytest.mark.parametrize("text", ["是", "叫", "我们叫"])
def test_a_word_without_any_cell_makes_no_row(text: str) -> None:
    with pytest.raises(FieldError) as refused:
        read_answer(FORM.field("product_standards"), text, TODAY)
    assert refused.value.code == "unclear"
