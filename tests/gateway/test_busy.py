"""With many turns under way the platform is answered at once, and every user all the same."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.gateway.webhook import MOST_HELD
from bot.settings import Settings
from tests.conftest import wait_for
from tests.gateway.peer import Peer, world

CROWD = [f"oCrowd{number}" for number in range(MOST_HELD + 12)]


def test_a_crowd_keeps_no_connection_waiting(make_settings: Callable[..., Settings]) -> None:
    with world(make_settings(), Peer(delay=1.5)) as phone:
        for openid in CROWD:
            phone.do("text", f"问{openid}", openid)
        wait_for(lambda: all(phone.said(openid) for openid in CROWD))
        time.sleep(1)
        for openid in CROWD:
            (said,) = phone.said(openid)
            assert f"答：问{openid}" in said["text"]
        deliveries = phone.stats()["deliveries"]
        assert len(deliveries) == len(CROWD), "none is delivered again"
        quick = [row["openid"] for row in deliveries if row["seconds"] < 1]
        assert 6 <= len(quick) < len(CROWD)
        assert {phone.said(openid)[0]["via"] for openid in quick} == {"api"}
        last = max(phone.said(openid)[0]["at"] for openid in CROWD)
        first = min(phone.said(openid)[0]["at"] for openid in CROWD)
        assert last - first < 4, "what the API sends does not wait for a connection's end"


def test_a_click_is_waited_for_however_many_ask(make_settings: Callable[..., Settings]) -> None:
    """What may be sent after a click may be sent for a minute only."""
    with world(make_settings(), Peer(delay=1.5)) as phone:
        for openid in CROWD:
            phone.do("text", "问", openid)
        phone.do("click", openid="oClick", key="process")
        (said,) = phone.wait(1, "oClick")
        assert said["via"] == "passive"
