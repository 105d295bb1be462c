"""Which passwords are taken, and the making of new ones."""

from __future__ import annotations

import secrets

from bot.model.errors import PasswordError

SHORTEST = 10
LONGEST = 200
"""Characters; hashing longer ones would only cost time."""
FEWEST_DIFFERENT = 5
"""Characters that differ: aaaaabbbbb is no password."""
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without what is misread: i l o 0 1
# Of ten characters and more, from public lists of leaked passwords; shorter ones fail anyway.
COMMON = frozenset(
    """1234567890 0123456789 0987654321 9876543210 1234567891 12345678910 123456789a 123456789q
    a123456789 a1234567890 aa123456789 q123456789 qq123456789 qwertyuiop qwerty12345 qwerty123456
    1qaz2wsx3edc 1q2w3e4r5t 1q2w3e4r5t6y qazwsxedcrfv zaq12wsxcde3 password12 password123
    password1234 password12345 passw0rd123 p@ssw0rd123 p@ssword123 admin12345 admin123456
    administrator adminadmin root123456 test123456 abc1234567 abcd123456 abcdefghij abc123456789
    iloveyou123 woaini1314 woaini520520 woaini1314520 5201314520 1314520520 yongchuan123
    yongchuan2026 zhiliang123 zhiliang2026 chongqing123 welcome123 welcome1234 changeme123
    letmein123 football123 computer123 q1w2e3r4t5 q1w2e3r4t5y6 asdfghjkl123 asdfghjkl1 zxcvbnm123
    1111122222 1122334455 123123123123 112233445566 1357924680 147258369a qwer123456 asdf123456
    mima123456 ceshi123456 guanliyuan123 gly1234567 1q2w3e4r!@ abc@123456 admin@12345 admin@123456
    root@12345 user@12345 test@12345 yc@1234567 huawei@123 admin@huawei.com""".split()
)


def check_password(password: str, login: str) -> None:
    """Raises PasswordError: too_short, too_long, too_simple (common, few characters), has_login."""
    if len(password) < SHORTEST:
        raise PasswordError("too_short")
    if len(password) > LONGEST:
        raise PasswordError("too_long")
    small = password.casefold()
    if login.casefold() in small or small in login.casefold():
        raise PasswordError("has_login")
    if small in COMMON or len(set(small)) < FEWEST_DIFFERENT:
        raise PasswordError("too_simple")


def make_password() -> str:
    """A random password of 79 bits in groups that can be read out: abcd-efgh-2345-mnpq."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
    return "-".join(groups)
