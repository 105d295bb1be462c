"""Names of companies and people, addresses and trades without what is said around them."""

from __future__ import annotations

import pytest

from tests.unit.answers.reading import cases, read

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
