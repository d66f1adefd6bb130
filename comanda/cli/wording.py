"""`comanda wording`: replies in the shop's own words, by hand or proposed by a language model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from core.kernel.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.db.session import Database

app = typer.Typer(help="Say replies in the shop's own words.", no_args_is_help=True)
_Shop = Annotated[str, typer.Option("--shop", help="The shop's short name, where there are several.")]
_Language = Annotated[str, typer.Option("--language", help="Of the replies: en, es, fr, de, ko or ar.")]
_Key = Annotated[str, typer.Argument(help="The reply, as `comanda wording list` names it.")]


@app.command("list")
def list_(shop: _Shop = "", language: _Language = "en") -> None:
    """Show every reply that may be said in other words: ours, the shop's (=) and what is proposed (?)."""
    from assistant.replies.wording import rewordable  # noqa: PLC0415
    from core import wordings  # noqa: PLC0415

    database, merchant_id = _shop(shop)
    with database.read() as session:
        own = wordings.wordings(session, merchant_id).get(language, {})
        offered = {p.key: p.text for p in wordings.proposals(session, merchant_id) if p.language == language}
    for key, text in _known(language, rewordable(language)).items():
        typer.echo(f"{key}: {text!r}")
        for sign, other in (("=", own.get(key)), ("?", offered.get(key))):
            if other is not None:
                typer.secho(f"  {sign} {other!r}", fg="green" if sign == "=" else "yellow")


@app.command("set")
def set_(
    key: _Key,
    text: Annotated[str, typer.Argument(help="What to say, with the same values in braces; \\n begins a line.")],
    shop: _Shop = "",
    language: _Language = "en",
) -> None:
    """Say a text of your own in place of a reply."""
    from assistant.replies.wording import problems  # noqa: PLC0415
    from core import wordings  # noqa: PLC0415

    said = text.replace("\\n", "\n")
    if found := problems(language, key, said):
        raise InvalidInput(field=key, problem=f"{found[0].message} {found[0].fix}")
    database, merchant_id = _shop(shop)
    with database.begin() as uow:
        wordings.use(uow, merchant_id, language, key, said)
    typer.secho(f"{key} is said in your words from now on.", fg="green")


@app.command()
def reset(key: _Key, shop: _Shop = "", language: _Language = "en") -> None:
    """Say our own reply again."""
    from core import wordings  # noqa: PLC0415

    database, merchant_id = _shop(shop)
    with database.begin() as uow:
        wordings.say_again(uow, merchant_id, language, key)
    typer.secho(f"{key} is said as it came.", fg="green")


@app.command()
def propose(
    tone: Annotated[str, typer.Option(help="How to sound, like “warm, a little cheeky, very short”.")],
    shop: _Shop = "",
    language: _Language = "en",
) -> None:
    """Ask the language model for replies in another tone. Nothing is said of them before you accept it."""
    from rich.progress import Progress  # noqa: PLC0415

    from assistant.replies.wording import rewordable, sound  # noqa: PLC0415
    from core import wordings  # noqa: PLC0415
    from core.settings import settings  # noqa: PLC0415
    from ml.language import rephraser  # noqa: PLC0415

    model = rephraser(settings())
    if model is None:
        raise InvalidInput(
            field="COMANDA_LLM_MODEL", problem="names no language model; see docs/guides/language-model.md"
        )
    texts = _known(language, rewordable(language))
    database, merchant_id = _shop(shop)
    offered: dict[str, str] = {}
    with Progress(transient=True) as progress:
        task = progress.add_task("Asking the model", total=len(texts))
        for asked, answers in model.rephrase(language, tone, texts):
            offered |= answers
            progress.advance(task, asked)
    model.close()
    kept = {key: text for key, text in sound(language, offered).items() if text != texts[key]}
    with database.begin() as uow:
        wordings.propose(uow, merchant_id, language, kept)
    typer.echo(f"{len(kept)} of {len(texts)} replies proposed; {len(offered) - len(kept)} answers were of no use.")
    typer.echo("See them with `comanda wording list`, take one with `comanda wording accept KEY` or all with --all.")


@app.command()
def accept(
    keys: Annotated[list[str] | None, typer.Argument(help="The replies to take.")] = None,
    shop: _Shop = "",
    language: _Language = "en",
    *,
    everything: Annotated[bool, typer.Option("--all", help="Take all that is proposed in this language.")] = False,
) -> None:
    """Say what was proposed."""
    _settle(shop, language, keys or [], everything=everything, taken=True)


@app.command()
def discard(
    keys: Annotated[list[str] | None, typer.Argument(help="The proposals to forget.")] = None,
    shop: _Shop = "",
    language: _Language = "en",
    *,
    everything: Annotated[bool, typer.Option("--all", help="Forget all that is proposed in this language.")] = False,
) -> None:
    """Forget what was proposed."""
    _settle(shop, language, keys or [], everything=everything, taken=False)


def _settle(shop: str, language: str, keys: list[str], *, everything: bool, taken: bool) -> None:
    from core import wordings  # noqa: PLC0415

    database, merchant_id = _shop(shop)
    with database.begin() as uow:
        if everything:
            keys = [p.key for p in wordings.proposals(uow.session, merchant_id) if p.language == language]
        for key in keys:
            (wordings.accept if taken else wordings.discard)(uow, merchant_id, language, key)
    typer.secho(f"{len(keys)} {'taken' if taken else 'forgotten'}.", fg="green")


def _shop(slug: str) -> tuple[Database, str]:
    from comanda.wiring import choose_shop, open_database  # noqa: PLC0415

    database = open_database()
    return database, choose_shop(database, slug).id


def _known(language: str, texts: Mapping[str, str]) -> Mapping[str, str]:
    if not texts:
        raise InvalidInput(
            field="language", problem=f"“{language}” is not one we speak: choose en, es, fr, de, ko or ar"
        )
    return texts
