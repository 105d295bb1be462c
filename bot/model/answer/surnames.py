"""Chinese surnames: 百家姓, and others of today's most frequent and of the region.

Left out are those that begin everyday words (有, 来, 那, 都): a name so begun is still a name, but
only when nothing else speaks against it.
"""

from __future__ import annotations

_SINGLE = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
    "鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元卜顾孟黄"
    "穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭"
    "梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫房裘缪解宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚"
    "程嵇邢滑裴陆荣翁荀羊於惠甄曲封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬郗班仰秋仲伊宫"
    "宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰鄂索咸籍赖卓蔺屠蒙池乔阴鬱胥苍"
    "闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍郤璩桑桂濮牛寿边扈燕冀郏浦尚农温庄晏柴瞿阎慕连茹习宦艾鱼容"
    "向古易慎戈廖庾暨耿弘匡文寇禄阙欧殳沃越夔隆巩厍聂晁敖融冷訾辛阚简饶"
    "曾毋沙鞠丰巢关蒯查荆游竺权逯盖桓肖代付覃税敬苟鲜漆阳佘况但邝揭原楚帅仝闫岳尧涂"
    "幸洛青商牟佟笪谯亢南宫墨谌粟禤爨母甯冼鄢解智矫逢宾晋闾覃粘卿隋修邸迟蹇佴郄仉亓宓"
)
_DOUBLE = (
    "欧阳",
    "太史",
    "端木",
    "上官",
    "司马",
    "东方",
    "独孤",
    "南宫",
    "万俟",
    "闻人",
    "夏侯",
    "诸葛",
    "尉迟",
    "公羊",
    "赫连",
    "澹台",
    "皇甫",
    "宗政",
    "濮阳",
    "公冶",
    "太叔",
    "申屠",
    "公孙",
    "慕容",
    "仲孙",
    "钟离",
    "长孙",
    "宇文",
    "司徒",
    "鲜于",
    "司空",
    "令狐",
    "呼延",
    "淳于",
    "单于",
    "百里",
    "东郭",
    "南门",
    "西门",
    "轩辕",
    "第五",
    "完颜",
)
SURNAMES = frozenset((*_SINGLE, *_DOUBLE))


def surname_of(name: str) -> str:
    """The surname that `name` begins with; empty when it begins with none."""
    if name[:2] in SURNAMES and len(name) > 2:
        return name[:2]
    return name[0] if name and name[0] in SURNAMES else ""
