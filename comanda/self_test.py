"""Do providers reach us, and only they? Signed requests to ourselves, through the public address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import httpx

from comanda.text_channels import packages

if TYPE_CHECKING:
    from channels.base import Probe
    from core.settings import Settings

_PATIENCE: Final = 10.0  # seconds
_REFUSED: Final = 403


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one webhook's test. `problem` is empty when all is well; else it says what to do."""

    channel: str
    url: str
    problem: str = ""


def run(settings: Settings) -> tuple[Outcome, ...]:
    """Test every webhook that is on. Nothing is stored: the requests say nothing."""
    with httpx.Client(timeout=_PATIENCE, follow_redirects=False) as http:
        return tuple(
            _tested(http, settings, probe) for package in packages(settings) for probe in package.probes(settings)
        )


def _tested(http: httpx.Client, settings: Settings, probe: Probe) -> Outcome:
    url = settings.public_url.rstrip("/") + probe.path
    try:
        signed = http.post(url, content=probe.body, headers=dict(probe.headers))
        unsigned = {name: value for name, value in probe.headers.items() if name != probe.proof}
        forged = http.post(url, content=probe.body, headers=unsigned)
    except httpx.HTTPError as error:
        problem = f"not reached ({type(error).__name__}): does COMANDA_PUBLIC_URL lead here, with https?"
        return Outcome(probe.channel, url, problem)
    return Outcome(probe.channel, url, _problem(signed, forged))


def _problem(signed: httpx.Response, forged: httpx.Response) -> str:
    if signed.is_redirect:
        return f"redirected to {signed.headers.get('location', '')[:80]}: use that address as COMANDA_PUBLIC_URL"
    if signed.status_code == _REFUSED:
        return (
            "a signed request was refused: a proxy changes the address or the body, or another secret is in use there"
        )
    if not signed.is_success:
        return f"a signed request was answered {signed.status_code}: does this program, with these settings, run there?"
    if forged.status_code != _REFUSED:
        return f"an unsigned request was answered {forged.status_code}: something in front of us answers by itself"
    return ""
