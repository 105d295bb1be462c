"""Head-counts as people type and dictate them, and what is no number."""

from __future__ import annotations

import pytest

from bot.model.answer.numbers import ends_of_range
from tests.unit.answers.reading import cases, read

NUMBERS = """
86 → 86
１２０ → 120
一千三 → 1300
一千零二十 → 1020
两百三十人 → 230
两百零五 → 205
三百五 → 350
四百六 → 460
七十八 → 78
二十八个 → 28
一万二千人 → 12000
1.2万 → 12000
2千 → 2000
1千2 → 1200
1,200人 → 1200
1 200 → 1200
200来人 → 200
二百五十来人嘛 → 250
一百二十来号人 → 120
五十多号人 → 50
3百多 → 300
二十好几 → 20
百把人 → 100
百来号人 → 100
百十来个 → 110
大概80左右 → 80
不到50人 → 50
8个人左右 → 8
大概一百二十个人的样子 → 120
120个员工 → 120
员工35名 → 35
员工120 → 120
老板娘加上煮饭的总共九个 → 9
加上临时工有四十五个 → 45
有三个车间，一共一百五十六人 → 156
有3个车间 一共86人 → 86
正式工45个 外包6个 总共51个 → 51
两班倒一共六十四人 → 64
两个厂加起来一百三 → 130
男的20 女的15 共35 → 35
正式的六十 全部加起来九十二 → 92
2023年底230人 → 230
12个，全是亲戚 → 12
就我一个 → 1
光我一个 → 1
就我们两口子 → 2
夫妻店 → 2
现在剩35个了 → 35
拢共十二个 → 12
一百零八将，108个 → 108
0 → number_too_small
０ → number_too_small
零 → number_too_small
负5 → number_too_small
-5人 → number_too_small
负三个 → number_too_small
负五十 → number_too_small
13983001234 → number_too_large
86.5 → not_whole
30.5 → not_whole
一百二十点五 → not_whole
30-40人 → number_range
100-200 → number_range
三四十人 → number_range
六七十人 → number_range
七八个 → number_range
两三百 → number_range
十几个 → number_range
几十个 → number_range
上百人 → number_range
50人以下 → number_range
管理10人 工人76人 → several_numbers
记不清了 → no_number
多得很 → no_number
不固定 → no_number
3C认证 → no_number
退一步 → no_number
天然气开户等了三个月 → no_number
供应商交来的304管子生锈了，怀疑不是304 → no_number
"""


@pytest.mark.parametrize(("text", "value"), cases(NUMBERS))
def test_head_count(text: str, value: str) -> None:
    assert str(read("employees", text)) == value


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("七八个", (7, 8)),
        ("十七八个人", (17, 18)),
        ("三四十人", (30, 40)),
        ("80到100人", (80, 100)),
        ("几十个", ()),
        ("86", ()),
    ],
)
def test_a_range_of_numbers_has_two_ends(text: str, ends: tuple[int, ...]) -> None:
    assert ends_of_range(text) == ends
