"""What the simulated platform is told about the account."""

from __future__ import annotations

from dataclasses import dataclass, field

from knowledge.centre import load_centre


@dataclass(frozen=True)
class SimulatorConfig:
    """Times in seconds. `stations`: (scene, name) of the QR codes that the phone can scan."""

    push_url: str
    app_id: str
    app_secret: str
    token: str
    aes_key: str = ""
    mode: str = "safe"  # plain, compatible or safe
    deliveries: int = 3
    push_cut: float = 5.0
    token_seconds: int = 7200
    quota_message: int = 5
    quota_click: int = 3
    window_hours: float = 48.0
    account_id: str = "gh_demo"
    account_name: str = field(default_factory=lambda: f"{load_centre().district}质量服务站")
    stations: tuple[tuple[str, str], ...] = ()
