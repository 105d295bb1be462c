"""The words that people put around what they want of the form: 那就 …, … 要得不."""

from __future__ import annotations

import re

LEAD = (
    r"(?:那|嗯|好的?|哎呀?|唉|算了|我们?|想|要|麻烦你?|请|帮我|给我|帮忙|直接|还是|等(?:一?下"
    r"|哈)|能不能|可不可以|可以|就|先|再|咱们?"
    r"|你|不好意思|对不起|哦|噢|现在|太多了|看不懂|不晓得|不知道|不清楚|不懂|搞不懂|没有|没得)*"
)
TAIL = (
    r"(?:嘛|吧|哈|噻|哦|了|啊|呀|一下|一哈|下|谢谢|可以不|要得不|行不|得行不|好不|可以吗|行吗"
    r"|好吗|吗|哟|先|再说|咯|嘞|三|撒|算了|要得|就是)*"
)
CLAUSES = re.compile(r"[,，。.;；!！?？\s]+")
LONGEST = 26
"""A command in so many words is not longer, in characters."""
