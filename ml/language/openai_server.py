"""A server that speaks the OpenAI protocol, through langchain. Needs the extra `llm`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import httpx
from langchain.chat_models import init_chat_model
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 256_000
_MOST_TOKENS = 1500


class OpenAiServer:
    """Asks one question at a time; never retries, never reads more than `MOST_BYTES` nor longer than `seconds`."""

    def __init__(self, *, model: str, base_url: str, api_key: str, seconds: float) -> None:
        self._client = httpx.Client(transport=_Limited(seconds), timeout=seconds)
        self._model = init_chat_model(
            model,
            model_provider="openai",
            base_url=base_url or None,
            api_key=api_key or "none",  # servers of one's own often want none, the client does
            http_client=self._client,
            timeout=seconds,
            max_retries=0,
            max_tokens=_MOST_TOKENS,
            temperature=0,
        )

    def ask(self, instructions: str, question: str, schema: dict[str, Any]) -> object:
        """The arguments of the one tool call that the model answers with.

        Raises:
            ValueError: it called no tool, several, or not with JSON.
            Exception: whatever the client raises when a server does not answer well.
        """
        tool = {
            "type": "function",
            "function": {"name": "propose", "description": "Say what the message means.", "parameters": schema},
        }
        bound = self._model.bind_tools([tool], tool_choice="propose")
        answer = bound.invoke([SystemMessage(instructions), HumanMessage(question)])
        calls = answer.tool_calls if isinstance(answer, AIMessage) else []
        if len(calls) != 1 or calls[0]["name"] != "propose":
            raise ValueError("no single call of the tool")
        return calls[0]["args"]

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class _Limited(httpx.BaseTransport):
    """HTTP whose answers end: after so many bytes or seconds the connection is cut."""

    def __init__(self, seconds: float) -> None:
        self._inner = httpx.HTTPTransport(retries=0)
        self._seconds = seconds

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body watched."""
        until = time.monotonic() + self._seconds
        response = self._inner.handle_request(request)
        if isinstance(response.stream, httpx.SyncByteStream):
            response.stream = _Watched(response.stream, until, request)
        return response

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


class _Watched(httpx.SyncByteStream):
    def __init__(self, inner: httpx.SyncByteStream, until: float, request: httpx.Request) -> None:
        self._inner = inner
        self._until = until
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        read = 0
        for part in self._inner:
            read += len(part)
            if read > MOST_BYTES or time.monotonic() > self._until:
                raise httpx.ReadTimeout("the answer does not end", request=self._request)
            yield part

    def close(self) -> None:
        self._inner.close()
