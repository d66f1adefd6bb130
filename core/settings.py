"""Settings from the environment or `.env`, prefix `COMANDA_`. Every one is listed in docs/reference/settings.md."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.kernel.errors import InvalidSetting


class Settings(BaseSettings):
    """What an operator can set. Each field's description is its documentation."""

    model_config = SettingsConfigDict(env_prefix="COMANDA_", env_file=".env", extra="ignore", populate_by_name=True)

    database_url: str = Field("sqlite:///data/comanda.db", description="SQLite file or postgresql+psycopg:// address.")
    redis_url: str = Field("", description="Redis for waking other processes; empty: one process is enough.")
    celery_broker_url: str = Field(
        "",
        alias="CELERY_BROKER_URL",
        description="Broker of the Celery workers; empty: Redis if set, else threads of the web process do the work.",
    )
    public_url: str = Field(
        "http://localhost:8000",
        description="The address that customers and providers reach; unless set, `comanda serve` takes its own port.",
    )
    data_path: Path = Field(Path("data"), description="Folder for what the program keeps beside the database.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least severity that is logged."
    )
    log_format: Literal["auto", "json", "text"] = Field("auto", description="auto: text on a terminal, JSON elsewhere.")
    worker_threads: int = Field(2, ge=0, le=64, description="Threads of the web process that do background work.")
    chat_origins: list[str] = Field(
        default_factory=list,
        description='Other sites that may embed the chat widget, as JSON: ["https://shop.example"].',
    )
    secret_key: SecretStr = Field(
        SecretStr(""), description="Key that signs chat sessions; empty: made once and kept in the data folder."
    )
    embeddings: Literal["off", "small", "large"] = Field(
        "small",
        description="Sentence embeddings, for what no phrase explains: small takes 120 MB of memory; large, which knows"
        " English better, 500 MB more and the extra `transformers`.",
    )
    ml_model_path: Path = Field(
        Path("data/models"), alias="ML_MODEL_PATH", description="Folder of models that were trained here."
    )
    llm_model: str = Field(
        "", description="Language model that may propose what unclear messages mean; empty: none is asked."
    )
    llm_base_url: str = Field(
        "", description="Server of the model that speaks the OpenAI protocol, like http://localhost:11434/v1."
    )
    llm_api_key: SecretStr = Field(SecretStr(""), description="Key of that server; one of your own may need none.")
    llm_timeout: float = Field(4.0, gt=0, le=60, description="Seconds after which the model is not waited for.")
    llm_calls_per_conversation: int = Field(
        10, ge=0, description="Most calls of the model for one conversation on one day."
    )
    llm_calls_per_day: int = Field(1000, ge=0, description="Most calls of the model on one day, by each process.")
    llm_failures: int = Field(3, ge=1, description="Failures in a row after which the model is left alone for a while.")
    llm_rest: float = Field(60.0, gt=0, description="Seconds for which a model that failed is left alone.")
    whatsapp_app_secret: SecretStr = Field(
        SecretStr(""), description="App secret of the Meta app, which signs its webhooks; empty: no WhatsApp from Meta."
    )
    whatsapp_verify_token: SecretStr = Field(
        SecretStr(""), description="A word of your choice, typed at Meta too when the webhook is set up."
    )
    whatsapp_access_token: SecretStr = Field(
        SecretStr(""), description="Token that may send for the WhatsApp number; empty: nothing is sent."
    )
    whatsapp_api_base: str = Field(
        "https://graph.facebook.com/v23.0", description="Meta's address with the version; another one for tests."
    )
    whatsapp_catalog_id: str = Field("", description="Product catalogue at Meta; empty: lists instead of products.")
    whatsapp_template: str = Field(
        "",
        description="Approved template with one text variable, like order_news:en_US, for news more than 24 hours after"
        " the customer wrote; without a language it is en; empty: such news is not sent.",
    )
    messenger_app_secret: SecretStr = Field(
        SecretStr(""), description="App secret of the Meta app for Messenger and Instagram; empty: neither."
    )
    messenger_verify_token: SecretStr = Field(
        SecretStr(""), description="A word of your choice, typed at Meta too when the webhook is set up."
    )
    messenger_access_token: SecretStr = Field(SecretStr(""), description="Token of the page; empty: nothing is sent.")
    messenger_api_base: str = Field(
        "https://graph.facebook.com/v23.0", description="Meta's address with the version; another one for tests."
    )
    twilio_account_sid: str = Field("", description="Twilio account; empty: no SMS and no WhatsApp from Twilio.")
    twilio_auth_token: SecretStr = Field(
        SecretStr(""), description="Token of the account: signs its webhooks and lets us send; empty: both are off."
    )
    twilio_old_auth_token: SecretStr = Field(
        SecretStr(""), description="The token before, accepted in signatures too while tokens are changed."
    )
    twilio_api_base: str = Field("https://api.twilio.com", description="Twilio's address; another one for tests.")
    twilio_contents: dict[str, str] = Field(
        default_factory=dict,
        description="Ids of Twilio's content templates for buttons and lists on WhatsApp, as JSON, as `comanda channels"
        " twilio-contents` makes them; empty: answers are numbered.",
    )
    twilio_template: str = Field(
        "",
        description="Id (HX…) of an approved content template of Twilio's with one variable, for news on WhatsApp more"
        " than 24 hours after the customer wrote; empty: such news is not sent.",
    )
    telegram_bot_token: SecretStr = Field(
        SecretStr(""), description="Token of the bot, from @BotFather; empty: no Telegram."
    )
    telegram_webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="Letters and digits that Telegram sends along with each webhook; empty: it is polled.",
    )
    telegram_api_base: str = Field("https://api.telegram.org", description="Telegram's address; another one for tests.")
    telegram_payment_token: SecretStr = Field(
        SecretStr(""), description="Token of a payment provider, from @BotFather; empty: payment by link."
    )
    smtp_url: SecretStr = Field(
        SecretStr(""),
        description="Mail server for receipts, like smtps://user:password@mail.example:465; empty: no mail is sent.",
    )
    mail_from: str = Field("", description="Sender of mails, like Corner Cafe <orders@shop.example>.")
    trusted_proxies: list[str] = Field(
        default_factory=list, description='Addresses of proxies in front of us, as JSON: ["10.0.0.0/8"].'
    )
    missed_minutes: int = Field(
        10, ge=0, description="Minutes between two looks for messages whose delivery to us was lost; 0: never."
    )
    late_minutes: int = Field(
        30,
        ge=1,
        description="Minutes after which a message that was delivered late orders nothing before it is asked about.",
    )
    media_megabytes: int = Field(16, ge=1, le=100, description="Largest picture or recording that is fetched, in MB.")
    payment_minutes: int = Field(
        60, ge=30, le=1440, description="Minutes that a payment link can be paid by; then the order is paid otherwise."
    )
    prepay: bool = Field(
        default=False, description="Orders are paid by link before they are made; unpaid ones are cancelled in the end."
    )
    test_payments: Literal["auto", "on", "off"] = Field(
        "auto",
        description="The pretended payment page. auto: where the public address is this machine; never with live keys.",
    )
    stripe_api_key: SecretStr = Field(SecretStr(""), description="Secret key of the Stripe account; empty: no Stripe.")
    stripe_webhook_secret: SecretStr = Field(
        SecretStr(""), description="Signing secret of the webhook endpoint /webhooks/stripe; empty: it answers 404."
    )
    stripe_api_base: str = Field("https://api.stripe.com", description="Stripe's address; another one for tests.")
    paypal_client_id: str = Field("", description="Client id of the PayPal app; empty: no PayPal.")
    paypal_client_secret: SecretStr = Field(SecretStr(""), description="Secret of that app.")
    paypal_webhook_id: str = Field("", description="PayPal's id of webhook /webhooks/paypal; empty: it answers 404.")
    paypal_api_base: str = Field(
        "https://api-m.paypal.com", description="PayPal's address; https://api-m.sandbox.paypal.com for its sandbox."
    )

    @property
    def broker_url(self) -> str:
        """The Celery broker, empty when background work is done by threads of the web process."""
        return self.celery_broker_url or self.redis_url

    @property
    def sqlite(self) -> bool:
        """Whether the database is a SQLite file."""
        return self.database_url.startswith("sqlite")


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        InvalidSetting: a value cannot be used; names the setting and the reason.
    """
    try:
        return Settings()
    except ValidationError as invalid:
        first = invalid.errors()[0]
        name = "COMANDA_" + "_".join(str(p) for p in first["loc"]).upper()
        raise InvalidSetting(setting=name, problem=first["msg"]) from None
