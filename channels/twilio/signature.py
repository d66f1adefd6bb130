"""Whether a webhook is Twilio's: its signature is made over our public address and every field.

https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Final

from twilio.request_validator import RequestValidator

from core.kernel.errors import InvalidSetting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fastapi import Request

    from channels.twilio.form import Form
    from core.settings import Settings

HEADER: Final = "x-twilio-signature"
_LENGTH: Final = 28  # characters of a SHA-1 in base64
_LONGEST_HOST: Final = 255


class Gate:
    """Knows our tokens and our addresses. While tokens are changed, the one before counts as well."""

    def __init__(self, settings: Settings) -> None:
        """Read both from the settings.

        Raises:
            InvalidSetting: a trusted proxy that is no address.
        """
        tokens = (settings.twilio_auth_token, settings.twilio_old_auth_token)
        self._validators = [RequestValidator(found) for each in tokens if (found := each.get_secret_value())]
        self._account = settings.twilio_account_sid
        self._home = settings.public_url.rstrip("/")
        try:
            self._proxies = [ip_network(each, strict=False) for each in settings.trusted_proxies]
        except ValueError as error:
            raise InvalidSetting(setting="COMANDA_TRUSTED_PROXIES", problem=str(error)) from None

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be verified, because no account or no token is set."""
        return not self._validators or not self._account

    def is_ours(self, form: Form) -> bool:
        """Whether this is about our account: one token may sign for several."""
        return form.getlist("AccountSid") == [self._account]

    def is_genuine(self, request: Request, form: Form) -> bool:
        """Whether one of our tokens signed this form for one of our addresses."""
        given = request.headers.get(HEADER, "")
        if len(given) != _LENGTH:
            return False
        return any(
            validator.validate(url, form, given) for url in self._addresses(request) for validator in self._validators
        )

    def _addresses(self, request: Request) -> Iterator[str]:
        """What Twilio may have called: the public address that is set, and what a proxy of ours says."""
        query = request.scope.get("query_string", b"").decode("latin-1")
        path = request.scope["path"] + (f"?{query}" if query else "")
        yield self._home + path
        if request.client is not None and self._is_trusted(request.client.host):
            forwarded = _forwarded(request.headers)
            if forwarded is not None and forwarded != self._home:
                yield forwarded + path

    def _is_trusted(self, host: str) -> bool:
        try:
            address = ip_address(host)
        except ValueError:
            return False
        return any(address in proxy for proxy in self._proxies)


def _forwarded(headers: Mapping[str, str]) -> str | None:
    """The address that a proxy was asked for: the first one of each list, where it is written as one."""
    scheme = headers.get("x-forwarded-proto", "https").split(",")[0].strip()
    host = headers.get("x-forwarded-host", "").split(",")[0].strip()
    if scheme not in ("http", "https") or not 0 < len(host) <= _LONGEST_HOST:
        return None
    name, _, port = host.partition(":")
    if not all(part.replace("-", "").isalnum() and part.isascii() for part in name.split(".")):
        return None
    if port and not (port.isascii() and port.isdigit() and int(port[:6]) <= 65535):  # noqa: PLR2004 - the last port
        return None
    return f"{scheme}://{host}"
