"""Answers of every kind, as people type and dictate them, and what is refused with which code."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.answer.answers import read_answer
from bot.model.answer.numbers import ends_of_range
from bot.model.field_error import CODES, FieldError
from bot.model.form import check_value
from bot.texts import FIELD_ERRORS
from knowledge.form import load_form

FORM = load_form()
TODAY = date(2026, 3, 10)


def read(field_id: str, text: str) -> Any:
    """The value that the text means, or the code of the refusal."""
    field, _, column = field_id.partition(".")
    target = FORM.field(field).column(column) if column else FORM.field(field)
    try:
        return read_answer(target, text, TODAY)
    except FieldError as refused:
        return refused.code


def cases(table: str) -> list[Any]:
    """Lines `text → value` as parameters."""
    rows = [line.strip().split(" → ") for line in table.strip().splitlines() if line.strip()]
    return [pytest.param(text, value, id=text) for text, value in rows]


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


DATES = """
2008年5月 → 2008-05
2008年5月份 → 2008-05
２００８年５月 → 2008-05
2008-5 → 2008-05
零八年 → 2008
08年 → 2008
08 → 2008
2008 → 2008
2008年国庆 → 2008
2015年左右 → 2015
2016年的样子 → 2016
大概16年吧 → 2016
2017.3.9 → 2017-03-09
2019-6-12 → 2019-06-12
2019/6 → 2019-06
2019 6 12 → 2019-06-12
２０１９－０６－１２ → 2019-06-12
20190612 → 2019-06-12
201906 → 2019-06
2017.3.9成立的 → 2017-03-09
2019年6月12 → 2019-06-12
08年3月12号 → 2008-03-12
1987年9月1日 → 1987-09-01
2020年元月 → 2020-01
二零零八年五月 → 2008-05
二〇一五年 → 2015
二零一九年六月十二号 → 2019-06-12
二零一三年一月十五日 → 2013-01-15
零三年十二月 → 2003-12
一九九八年 → 1998
九八年 → 1998
98年 → 1998
八九年 → 1989
八五年 → 1985
一五年 → 2015
一二年 → 2012
13年 → 2013
十六年 → 2016
两千年 → 2000
两千零八年 → 2008
成立于16年 → 2016
注册是2012年 3月 → 2012-03
工商登记是2005年7月份的事 → 2005-07
2011年6月到现在 → 2011-06
2008年 哦不对 2009年 → 2009
不是2021年，是2012年 → 2012
2008年腊月 → 2008
民国三十五年 → 1946
今年 → 2026
今年1月 → 2026-01
去年 → 2025
去年年底 → 2025
去年12月 → 2025-12
去年三月八号 → 2025-03-08
昨年十月 → 2025-10
前年 → 2024
前年六月 → 2024-06
大前年 → 2023
上个月 → 2026-02
半年前 → 2025-09
昨天 → 2026-03-09
三年前 → 2023
十五年前 → 2011
开了16年了 → 2010
开了二十年咯 → 2006
有十年了 → 2016
成立16年 → 2010
2019年13月 → impossible_date
2019年2月30日 → impossible_date
2023年2月29日 → impossible_date
2019年6月31号 → impossible_date
20191345 → impossible_date
20198 → impossible_date
2030年 → future_date
二零三零年 → future_date
3019年 → future_date
明年 → future_date
1500年 → date_too_early
2008年办的执照 2010年投产 → several_dates
6.12 → no_year
五月份 → no_year
8月12号 → no_year
年头长了 记不起 → no_year
上世纪九十年代 → no_year
80年代 → no_year
零几年 → no_year
快十年了 → no_year
老字号了 祖传的 → no_year
86人 → no_year
9年 → no_year
"""


@pytest.mark.parametrize(("text", "value"), cases(DATES))
def test_date_as_precise_as_given(text: str, value: str) -> None:
    assert read("founded", text) == value


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


COMPANIES = """
重庆永川计量检测有限公司 → 重庆永川计量检测有限公司
我们是重庆昌州人工智能软件有限公司 → 重庆昌州人工智能软件有限公司
公司名称：重庆鑫源铸造有限公司 → 重庆鑫源铸造有限公司
我们公司叫重庆雅迪电动车有限公司哈 → 重庆雅迪电动车有限公司
公司叫做重庆市大足永川合创五金工具有限责任公司 → 重庆市大足永川合创五金工具有限责任公司
我们公司全称是重庆市永川区鑫源铸造有限公司 → 重庆市永川区鑫源铸造有限公司
叫永川区老张豆花店 → 永川区老张豆花店
是永川区何埂镇双丰茶叶专业合作社 → 永川区何埂镇双丰茶叶专业合作社
就写重庆蓝天环保检测中心吧 → 重庆蓝天环保检测中心
执照上是重庆鑫源铸造有限公司 → 重庆鑫源铸造有限公司
营业执照上那个名字就是重庆市永川区金科物业服务有限公司 → 重庆市永川区金科物业服务有限公司
登记的是重庆市永川区金剑标准计量技术咨询服务部 → 重庆市永川区金剑标准计量技术咨询服务部
喂 我是重庆同创机械制造有限公司的 → 重庆同创机械制造有限公司
我是永川区板桥镇永发模具加工厂老板 → 永川区板桥镇永发模具加工厂
我们是茶山竹海那边的 永川区竹韵茶叶专业合作社 → 永川区竹韵茶叶专业合作社
重庆 鑫源 铸造 有限公司 → 重庆鑫源铸造有限公司
嗯 重庆鑫源铸造有限公司 → 重庆鑫源铸造有限公司
你好 重庆鑫源铸造有限公司 → 重庆鑫源铸造有限公司
重庆鑫源铸造有限公司 谢谢 → 重庆鑫源铸造有限公司
重庆鑫源铸造有限公司，做铸造的 → 重庆鑫源铸造有限公司
重庆鑫源铸造有限公司 在港桥 → 重庆鑫源铸造有限公司
永川区陈食街道张老三农机修理店 个体户 → 永川区陈食街道张老三农机修理店
😀重庆鑫源铸造有限公司 → 重庆鑫源铸造有限公司
重庆XX（集团）有限公司 → 重庆XX（集团）有限公司
重慶市永川區鼎盛陶瓷有限公司 → 重慶市永川區鼎盛陶瓷有限公司
重庆什么值得买电子商务有限公司 → 重庆什么值得买电子商务有限公司
重庆不填坑建筑工程有限公司 → 重庆不填坑建筑工程有限公司
胖嫂豆花 → 胖嫂豆花
Yadea Technology → Yadea Technology
1 → full_name
12 → full_name
一 → full_name
公司 → full_name
厂 → full_name
=cmd|' /C calc'!A0 → odd_characters
<b>重庆</b>有限公司 → odd_characters
重庆{{7*7}}有限公司 → odd_characters
没有 → required
不晓得 → unclear
"""


@pytest.mark.parametrize(("text", "value"), cases(COMPANIES))
def test_company_without_what_is_said_around_it(text: str, value: str) -> None:
    assert read("company_name", text) == value


PERSONS = """
计认真 → 计认真
爨世荣 → 爨世荣
仉志远 → 仉志远
逯下一 → 逯下一
王 强 → 王强
王 小 二 → 王小二
欧阳锋 → 欧阳锋
法人是王建国哈 → 王建国
法人代表 向上 → 向上
法定代表人：李桂芳 → 李桂芳
企业法定代表人周明德 → 周明德
老板叫李小龙 → 李小龙
我叫王强 → 王强
我，张三 → 张三
就是我 张三 → 张三
就是我本人，叫谢谢红 → 谢谢红
我们老板姓陈叫陈检 → 陈检
姓王 叫王建国 → 王建国
姓刁名德一 → 刁德一
是我们董事长赵永康 → 赵永康
陈总陈大富 → 陈大富
是我妈老汉，罗登贵 → 罗登贵
登记的是我儿 李俊杰 → 李俊杰
王建国先生 → 王建国
王强（董事长） → 王强
毋红梅（女） → 毋红梅
邱国梁，丘字加耳朵 → 邱国梁
王建国是我老爸 → 王建国
叫邓小华的 → 邓小华
王五13983001234 → 王五
买买提·艾山 → 买买提·艾山
John Smith → John Smith
帥克 → 帥克
王总 → person_name
龙总 → person_name
王工 → person_name
陈老师 → person_name
刘老板 → person_name
老板 → person_name
法人 → person_name
我自己 → person_name
李 → person_name
12345 → person_name
谢谢 → person_name
张三三三三三 → person_name
=cmd → odd_characters
"""


@pytest.mark.parametrize(("text", "value"), cases(PERSONS))
def test_full_name_of_a_person(text: str, value: str) -> None:
    assert read("legal_representative", text) == value


ADDRESSES = """
地址在永川区凤凰湖工业园凤龙大道88号 → 永川区凤凰湖工业园凤龙大道88号
注册地址是永川区中山路街道渝西大道中段88号哈 → 永川区中山路街道渝西大道中段88号
在三教镇工业园B区12栋 → 三教镇工业园B区12栋
我们在港桥 → 港桥
凤凰湖 → 凤凰湖
执照上写的是永川区人民大道191号2幢1-5 → 永川区人民大道191号2幢1-5
在卫星湖街道南华村那边的 → 卫星湖街道南华村
寄到胜利路街道萱花路256号3楼 → 胜利路街道萱花路256号3楼
红炉镇龙井口村三组 → 红炉镇龙井口村三组
永川 → address_unclear
一样的 → address_unclear
"""


@pytest.mark.parametrize(("text", "value"), cases(ADDRESSES))
def test_address(text: str, value: str) -> None:
    assert read("registered_address", text) == value


SCOPES = """
专利检索、商标查询、版权登记代办 → 专利检索、商标查询、版权登记代办
我们主要做火锅底料的 → 火锅底料
主要是摩托车配件加工 → 摩托车配件加工
我们厂专门做变速箱齿轮 → 变速箱齿轮
经营范围：食品销售 → 食品销售
业务范围就是印刷 → 印刷
收废铁的 → 收废铁
什么都做一点 → 什么都做一点
酒 → 酒
=cmd|' /C calc'!A0 → =cmd|' /C calc'!A0
{{ 7*7 }}餐饮 → {{ 7*7 }}餐饮
没有 → 无
1 → unclear
"""


@pytest.mark.parametrize(("text", "value"), cases(SCOPES))
def test_business_scope(text: str, value: str) -> None:
    assert read("business_scope", text) == value


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


METHODS = {
    "1 3 5-7": [1, 3, 5, 6, 7],
    "1、3、5到7": [1, 3, 5, 6, 7],
    "1，6，8": [1, 6, 8],
    "1.3.5": [1, 3, 5],
    "135": [1, 3, 5],
    "12": [12],
    "一三五": [1, 3, 5],
    "一、三、六": [1, 3, 6],
    "二到四": [2, 3, 4],
    "七到九": [7, 8, 9],
    "1️⃣ 3️⃣": [1, 3],
    "①③": [1, 3],
    "第1第3第5": [1, 3, 5],
    "第一个跟第六个": [1, 6],
    "前三个": [1, 2, 3],
    "头三个": [1, 2, 3],
    "后两个": [12, 13],
    "最后两个": [12, 13],
    "第一个和最后一个": [1, 13],
    "1到4还有11": [1, 2, 3, 4, 11],
    "全部": list(range(1, 14)),
    "全选": list(range(1, 14)),
    "都有": list(range(1, 14)),
    "除了3都要": [n for n in range(1, 14) if n != 3],
    "都要 不要最后一个": list(range(1, 13)),
    "都没有": [],
    "都没搞过": [],
    "哪样都没得": [],
    "啥子都没搞": [],
    "没得": [],
    "SPC和六西格码": [5, 8],
    "六西个马": [8],
    "卓越几效": [9],
    "零缺线管理": [7],
    "合理话建议 精益": [3, 11],
    "精溢生产": [11],
    "5S": [1],
    "五S和零缺陷": [1, 7],
    "6S管理 精益": [1, 11],
    "spc": [5],
    "ISO9001": [6],
    "九千": [6],
    "fmea 精益 六西格玛": [8, 11, 13],
    "质量工程展开": [10],
    "统计": [4],
    "我们有搞5s和iso9000": [1, 6],
    "搞了5S，还有QC小组": [1, 2],
    "只有5S": [1],
    "1-3，第二个不要了": [1, 3],
}


@pytest.mark.parametrize("text", METHODS)
def test_choices_by_number_range_name_and_typing_error(text: str) -> None:
    options = FORM.field("methods").options
    assert read("methods", text) == [options[number - 1] for number in METHODS[text]]


CHOICES: list[tuple[str, str, Any]] = [
    ("training_wants", "计量的两个", ["计量管理培训", "计量检定、校准培训"]),
    ("training_wants", "计量的都要", ["计量管理培训", "计量检定、校准培训"]),
    ("training_wants", "计量检定、校准培训", ["计量检定、校准培训"]),
    ("training_wants", "剂量检定教准培训", ["计量检定、校准培训"]),
    ("training_wants", "法规 质量意识 标准", None),
    ("training_wants", "专利和商标", ["专利相关知识培训", "商标代理机构从业人员培训"]),
    ("training_wants", "检验员培训", ["产品检验检测从业人员培训"]),
    ("training_wants", "其他 想搞碳足迹", ["其他：想搞碳足迹"]),
    ("training_wants", "标准培训 其他：精益班组长培训", ["标准培训", "其他：精益班组长培训"]),
    ("methods", "5S 还有阿米巴", ["5S/6S", "其他：阿米巴"]),
    ("ip_wants", "两个都要", ["商标申请受理咨询服务", "专利相关业务咨询服务"]),
    ("ip_wants", "转利", ["专利相关业务咨询服务"]),
    ("ip_wants", "商标那个不要，要专利", ["专利相关业务咨询服务"]),
    ("certification_wants", "3C", ["强制性产品认证咨询"]),
    ("certification_wants", "强制性的改成自愿性的", ["自愿性产品认证咨询"]),
    ("quality_wants", "信用等级评定", ["中小微企业质量信用等级评定咨询"]),
    ("quality_wants", "帮忙搞哈5S，还想报质量奖", ["5S现场管理咨询", "质量奖项申报咨询"]),
    ("wanted", "检测和认证", ["产品检验检测服务", "认证认可服务"]),
    ("wanted", "想给秤做个检定，再搞点培训", ["质量教育和培训服务", "计量服务"]),
    ("training_wants", "计量", "several_options"),
    ("standardization_wants", "标准", "several_options"),
    ("quality_wants", "提升", "several_options"),
    ("certification_wants", "机构", "several_options"),
    ("methods", "0", "option_number"),
    ("methods", "99", "option_number"),
    ("ip_wants", "3", "other_unsaid"),
    ("training_wants", "随便", "no_option"),
    ("training_wants", "不晓得", "no_option"),
    ("training_wants", "天然气开户等了三个月，还不来装", "no_option"),
    ("methods", "其他：" + "很" * 300, "too_long"),
]


@pytest.mark.parametrize(("field_id", "text", "value"), CHOICES)
def test_choices_in_words(field_id: str, text: str, value: Any) -> None:
    if value is None:
        value = ["质量方面法律法规宣传培训", "质量意识、质量文化宣传培训", "标准培训"]
    assert read(field_id, text) == value


@pytest.mark.parametrize("field", FORM.fields, ids=lambda field: field.id)
@pytest.mark.parametrize("text", ["", "   ", "😀😀", "[微笑]", "\u200b", "。。。"])
def test_nothing_said_is_no_answer(field: Any, text: str) -> None:
    with pytest.raises(FieldError, match="empty"):
        read_answer(field, text, TODAY)


@pytest.mark.parametrize("field", [f for f in FORM.fields if f.kind != "long_text"])
def test_three_thousand_characters_are_no_short_answer(field: Any) -> None:
    with pytest.raises(FieldError, match="too_long"):
        read_answer(field, "永川" * 1500, TODAY)


def test_an_opinion_may_be_long_but_not_endless() -> None:
    assert read("suggestions", "好" * 2000) == "好" * 2000
    assert read("suggestions", "好" * 2001) == "too_long"


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "{{ 7*7 }}", "<script>alert(1)</script>", "]]><x/>", "'; DROP--"]
)
def test_opinions_are_data_whatever_signs_they_hold(text: str) -> None:
    assert read("suggestions", text) == text


def test_every_code_has_a_sentence_for_people() -> None:
    assert set(CODES) <= set(FIELD_ERRORS)


WORDS = st.sampled_from(
    (
        "一 二百 十 零八年 月 号 2019 6.12 13 139 8300 1234 - / 、 ， 公司 厂 店 王 建国 是 叫 "
        "我们 区 镇 88号 GB T Q/ 个 人 第 前三个 不要 都 没得 其他： 5S 认证 公示 采标 转 "
        "= { } < > 😀"
    ).split()
)


@settings(max_examples=600, deadline=20_000)
@given(
    st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=9).map("".join)),
    st.sampled_from([f.id for f in FORM.fields]),
)
def test_any_text_is_a_value_that_the_check_accepts_or_refused_with_a_code(
    text: str, field_id: str
) -> None:
    field = FORM.field(field_id)
    try:
        value = read_answer(field, text, TODAY)
    except FieldError as refused:
        refusal = (refused.field_id, refused.code in CODES)
    else:
        refusal = None
    if refusal is not None:
        assert refusal == (field_id, True) or field.kind == "rows"
        return
    assert check_value(field, value, TODAY) == (value if value != "" else None)


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


@pytest.mark.parametrize("text", ["是", "叫", "我们叫"])
def test_a_word_without_any_cell_makes_no_row(text: str) -> None:
    with pytest.raises(FieldError) as refused:
        read_answer(FORM.field("product_standards"), text, TODAY)
    assert refused.value.code == "unclear"
