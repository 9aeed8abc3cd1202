"""The command line: write, import, list, serve, demo, sandbox, strava, store, doctor, eval.

Heavy imports stand inside the commands, so that `--help` answers at once. Every command prints
data on standard output and everything else on standard error, and ends with 0, with 1 (it could
not be done) or with 2 (wrong usage or settings).
"""

import sys
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from stridetale.cli_strava import sandbox, strava
from stridetale.errors import SettingsInvalid, StridetaleError

app = typer.Typer(
    name="stridetale",
    help="Turn a recorded ride, run or swim into a short, true story, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

store = typer.Typer(
    help="Look after the database.", no_args_is_help=True, rich_markup_mode="markdown"
)
app.add_typer(store, name="store")
app.add_typer(strava, name="strava")
app.command()(sandbox)

UnitsOption = Annotated[
    Literal["metric", "imperial"] | None,
    typer.Option("--units", help="Kilometres or miles.", show_default="metric"),
]
ToneOption = Annotated[
    Literal["plain", "warm", "funny", "epic"] | None,
    typer.Option("--tone", help="How it should sound.", show_default="warm"),
]
WriterOption = Annotated[
    Literal["embedded", "remote", "composer"] | None,
    typer.Option(
        "--writer",
        help="A small model in the process, an endpoint, or no model at all.",
        show_default="embedded",
    ),
]
DataOption = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of the database.", show_default="your user data folder"),
]
AthleteOption = Annotated[
    str | None,
    typer.Option(
        "--athlete",
        help="Whose library, by their number at Strava, where athletes sign in.",
        show_default="yours, where nobody does",
    ),
]
HostOption = Annotated[
    str | None, typer.Option("--host", help="Address to listen on.", show_default="127.0.0.1")
]
PortOption = Annotated[
    int | None,
    typer.Option("--port", min=0, max=65_535, help="Port to listen on.", show_default="8000"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]


@app.callback(invoke_without_command=True)
def stridetale(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Turn a recorded ride, run or swim into a short, true story, on your own machine."""
    if version:
        from stridetale import __version__

        typer.echo(f"stridetale {__version__}")
        raise typer.Exit


@app.command()
def write(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="GPX, TCX or FIT, also .gz, or a zip.")
    ],
    units: UnitsOption = None,
    tone: ToneOption = None,
    writer: WriterOption = None,
    seed: Annotated[
        int | None, typer.Option("--seed", min=0, help="The same seed tells the same story.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Tell the story of a recording, without keeping anything.

    **Example:** `stridetale write morning-run.fit --tone funny --units imperial`
    """
    from stridetale.commands import write_stories
    from stridetale.settings import load_settings

    settings = load_settings(units=units, tone=tone, writer=writer)
    _end(write_stories(files, settings, seed=seed, json=json))


@app.command("import")
def import_(
    paths: Annotated[
        list[Path], typer.Argument(metavar="FILE|ZIP|DIR", help="Recordings, an export, a folder.")
    ],
    athlete: AthleteOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Add recordings to your library: files, a Strava export zip, or a folder of them.

    **Example:** `stridetale import export_12345.zip`
    """
    from stridetale.commands import import_recordings
    from stridetale.settings import load_settings

    settings = load_settings(data_dir=data)
    _end(import_recordings(paths, settings, athlete=athlete, json=json))


@app.command("list")
def list_(
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help="How many.")] = 20,
    before: Annotated[
        str | None, typer.Option("--before", help="Go on where an earlier list ended.")
    ] = None,
    athlete: AthleteOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """List your activities, newest first, with the titles of their stories.

    **Example:** `stridetale list --limit 5`
    """
    from stridetale.commands import list_entries
    from stridetale.settings import load_settings

    settings = load_settings(data_dir=data)
    _end(list_entries(settings, limit=limit, before=before, athlete=athlete, json=json))


@app.command()
def serve(
    host: HostOption = None,
    port: PortOption = None,
    writer: WriterOption = None,
    data: DataOption = None,
) -> None:
    """Serve the page and the API, on this machine only unless told otherwise.

    **Example:** `stridetale serve --port 8000`
    """
    from stridetale.serving import serve_library
    from stridetale.settings import load_settings

    serve_library(load_settings(host=host, port=port, writer=writer, data_dir=data))


@app.command()
def demo(
    host: HostOption = None,
    port: PortOption = None,
    writer: WriterOption = None,
    open_: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in your browser.")
    ] = True,
) -> None:
    """Try it all with invented athletes: the service, and a sandbox of Strava; nothing is kept.

    **Example:** `stridetale demo --no-open`
    """
    from stridetale.serving import serve_demo
    from stridetale.settings import load_settings

    serve_demo(load_settings(host=host, port=port, writer=writer), open_browser=open_)


@app.command()
def doctor(data: DataOption = None, json: JsonOption = False) -> None:
    """Say what is configured, what is missing, and how to mend it.

    **Example:** `stridetale doctor`
    """
    from stridetale.commands import show_health
    from stridetale.settings import load_settings

    _end(show_health(load_settings(data_dir=data), json=json))


@store.command("copy")
def copy_(
    source: Annotated[
        str | None,
        typer.Option(
            "--from", help="Address of the store to read.", show_default="the one you have set"
        ),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            "--to", help="Address of the store to write.", show_default="the one you have set"
        ),
    ] = None,
    merge: Annotated[
        bool, typer.Option("--merge", help="Also into a store that holds something else.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Copy everything from one store into another, then compare the two.

    An address is mongodb://…, mongodb+srv://… or sqlite:///path/to/file. One with a password is
    better set as STRIDETALE_STORE than written here, where other users of the machine may see it.
    End what else writes to either store; a copy that was stopped can be begun again.

    **Example:** `stridetale store copy --from sqlite:///srv/stridetale.db --to mongodb://db1/stridetale`
    """
    from pydantic import SecretStr

    from stridetale.commands import copy_store
    from stridetale.settings import load_settings

    if source is None and target is None:
        raise SettingsInvalid("Say where to copy --from, or where --to, or both.")
    own = load_settings().store_url
    _end(
        copy_store(
            own if source is None else SecretStr(source),
            own if target is None else SecretStr(target),
            merge=merge,
            json=json,
        )
    )


@app.command("eval")
def eval_(  # noqa: PLR0913, PLR0917 (a switch each)
    writers: Annotated[
        list[str] | None,
        typer.Option(
            "--writer",
            help="embedded, untuned (without its adapter), composer, remote, or a GGUF file; "
            "several times for several.",
            show_default="embedded",
        ),
    ] = None,
    cases: Annotated[
        int | None,
        typer.Option("--cases", min=1, help="How many activities.", show_default="500"),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the invented activities.")] = 1,
    model: Annotated[
        Path | None, typer.Option("--model", help="A GGUF file for the embedded writer.")
    ] = None,
    lora: Annotated[Path | None, typer.Option("--lora", help="A GGUF LoRA adapter for it.")] = None,
    training: Annotated[
        Path | None,
        typer.Option(
            "--training",
            help="Folder of the training data, to see what stories share with it.",
            show_default="the checkout's",
        ),
    ] = None,
    at_most_seconds: Annotated[
        float | None,
        typer.Option("--at-most-seconds", min=1, help="For the stories of each writer."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="A folder to write table, JSON and plot into.")
    ] = None,
    guardrails: Annotated[
        bool, typer.Option("--guardrails", help="Hostile names and descriptions in their place.")
    ] = False,
    side_by_side: Annotated[
        bool, typer.Option("--side-by-side", help="Print 24 stories of each writer instead.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure writers: tell the stories of invented activities and look what is wrong with them.

    **Example:** `stridetale eval --writer composer --cases 100`
    """
    from stridetale.evals import command
    from stridetale.settings import load_settings

    settings = load_settings(model=model, lora=lora)
    wanted = command.Wanted(
        writers=tuple(writers or ["embedded"]),
        cases=cases or (command.SIDE_BY_SIDE if side_by_side else command.CASES),
        seed=seed,
        json=json,
        out=out,
        training=training,
        at_most_seconds=at_most_seconds,
    )
    if guardrails:
        _end(command.guardrails(wanted, settings))
    elif side_by_side:
        _end(command.compare(wanted, settings))
    else:
        _end(command.evaluate(wanted, settings))


def main() -> NoReturn:
    """Run the command line; every foreseen failure is one sentence and an exit code."""
    try:
        app(standalone_mode=True)
    except SettingsInvalid as exc:
        _fail(exc.detail, 2)
    except StridetaleError as exc:
        _fail(exc.detail, 1)
    except KeyboardInterrupt:
        _fail("Stopped.", 130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    sys.exit(0)


def _end(succeeded: bool) -> None:  # noqa: FBT001 (the outcome of the command)
    if not succeeded:
        raise typer.Exit(1)


def _fail(detail: str, code: int) -> NoReturn:
    typer.echo(f"stridetale: {detail}", err=True)
    sys.exit(code)
