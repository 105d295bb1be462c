"""Telephones, e-mail addresses and credit codes in every spelling."""

from __future__ import annotations

import pytest

from tests.unit.answers.reading import cases, read

TELEPHONES = """
13983001234 → 13983001234
139 8300 1234 → 13983001234
139-8300-1234 → 13983001234
139－8300－1234 → 13983001234
139.8300.1234 → 13983001234
1 3 9 8 3 0 0 1 2 3 4 → 13983001234
１３９８３００１２３４ → 13983001234
+86 13983001234 → 13983001234
8613983001234 → 13983001234
一三九八三零零幺二三四 → 13983001234
幺三九八三零零一二三四 → 13983001234
电话是一三九 八三零零 一二三四 → 13983001234
139八三零零幺二三四 → 13983001234
张经理13983001234微信同号 → 13983001234
我的是189 9622 1005哈 → 18996221005
13983001234或者15923001188 → 13983001234
13983001234 49859793 → 13983001234
49859793 → 02349859793
4985 9793 → 02349859793
四九八五九七九三 → 02349859793
023-49859793 → 02349859793
（023）4985 9793 → 02349859793
23 49859793 → 02349859793
4985 9793 转 801 → 02349859793-801
座机49801234 分机8 → 02349801234-8
0571-87654321 → 057187654321
0831-2345678 → 08312345678
4008001234 → 4008001234
400-800-1234 → 4008001234
1389600123 → mobile_too_short
139830 → mobile_too_short
135 0000 → mobile_too_short
139830012345 → mobile_too_long
17723456610123 → mobile_too_long
12983001234 → telephone_unknown
4985979 → landline_too_short
023-4985979 → landline_too_short
12345 → landline_too_short
498597931 → landline_too_long
110 → no_telephone
没有电话 → no_telephone
微信联系嘛 → no_telephone
"""


@pytest.mark.parametrize(("text", "value"), cases(TELEPHONES))
def test_telephone_in_digits_with_area_code(text: str, value: str) -> None:
    assert read("telephone", text) == value


EXTRAS = """
email | 邮箱是 Zhi.Liang@Example.COM → zhi.liang@example.com
email | ｚｌ＠ｑｑ．ｃｏｍ → zl@qq.com
email | zl@qq.com。 → zl@qq.com
email | zl @ qq . com → zl@qq.com
email | zl@163 → email_wrong
email | zl 163.com → email_wrong
email | a..b@qq.com → email_wrong
credit_code | 91500118MA5U0A0X0B → 91500118MA5U0A0X0B
credit_code | 信用代码 9150 0118 MA5U 0A0X 0B → 91500118MA5U0A0X0B
credit_code | 91500118ma5uoaox0b → 91500118MA5U0A0X0B
credit_code | 91500118MA5U0A0X0C → credit_code_wrong
credit_code | 91500118MA5U0A0X → credit_code_length
"""


@pytest.mark.parametrize(("text", "value"), cases(EXTRAS))
def test_email_and_credit_code(text: str, value: str) -> None:
    field_id, _, said = text.partition(" | ")
    assert read(field_id, said) == value
