"""`comanda intents`: the router of what is no order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ml.intents.training import Score

app = typer.Typer(help="Train, measure and try the router of questions.", no_args_is_help=True)
_Folder = Annotated[Path | None, typer.Option("--folder", help="Where the models are kept; else ML_MODEL_PATH.")]


@app.command()
def train(
    folder: _Folder = None,
    *,
    shipped: Annotated[bool, typer.Option(help="Write the models that ship with the program instead.")] = False,
) -> None:
    """Learn from the example sentences anew, with every way this installation has, and measure the outcome."""
    from core.settings import settings  # noqa: PLC0415
    from ml.intents import training  # noqa: PLC0415
    from ml.intents.router import model_file, ways  # noqa: PLC0415

    kept = None if shipped else folder or settings().ml_model_path
    for features in ways():
        model = training.train(features)
        file = model_file(features, kept)
        model.save(file)
        typer.secho(f"{features.name}: {file}", fg="green")
        _print(training.measure(model, features))
    if shipped:
        _train_leaving()


def _train_leaving() -> None:
    """The second voice about opting out learns from its own sentences, and from those of the router what to leave."""
    from ml.leaving import training  # noqa: PLC0415
    from ml.leaving.listener import model_file, ways  # noqa: PLC0415

    for features in ways():
        training.train(features).save(model_file(features))
        typer.secho(f"leaving, {features.name}: {model_file(features)}", fg="green")


@app.command()
def measure(folder: _Folder = None) -> None:
    """Measure the models in force on sentences that nothing was learnt from."""
    from core.settings import settings  # noqa: PLC0415
    from ml.intents import training  # noqa: PLC0415
    from ml.intents.model import Model  # noqa: PLC0415
    from ml.intents.router import model_file, ways  # noqa: PLC0415

    for features in ways():
        own = model_file(features, folder or settings().ml_model_path)
        file = own if own.is_file() else model_file(features)
        typer.echo(f"{features.name}: {file}")
        _print(training.measure(Model.load(file), features))


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="A message.")],
    language: Annotated[str, typer.Option(help="Of the message: en, es, fr, de, ko or ar.")] = "en",
) -> None:
    """Say what the router makes of a message."""
    from core.settings import settings  # noqa: PLC0415
    from ml.intents import Router  # noqa: PLC0415

    router = Router(settings().ml_model_path, embeddings=settings().embeddings)
    router.warm()
    guess = router.classify(text, language)
    typer.echo(f"{guess.topic} ({guess.confidence:.2f}), by {router.by}" if guess else f"nothing, by {router.by}")


def _print(scores: tuple[Score, ...]) -> None:
    typer.echo("  language  sentences  right   wrong   taken for a question")
    for s in scores:
        typer.echo(f"  {s.language:<9} {s.sentences:>8}  {s.right:>6.1%}  {s.wrong:>6.1%}  {s.taken:>6.1%}")
