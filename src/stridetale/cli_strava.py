"""The command line about Strava: `stridetale strava …`, and the sandbox."""

from typing import Annotated

import typer

strava = typer.Typer(
    help="Look after the connection to Strava.", no_args_is_help=True, rich_markup_mode="markdown"
)

YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
SANDBOX_PORT = 8010


def _end(succeeded: bool) -> None:  # noqa: FBT001 (the outcome of the command)
    if not succeeded:
        raise typer.Exit(1)


@strava.command()
def subscribe() -> None:
    """Have Strava send events to STRIDETALE_PUBLIC_URL, where the service must run already.

    **Example:** `stridetale strava subscribe`
    """
    from stridetale.settings import load_settings
    from stridetale.strava_commands import subscribe

    _end(subscribe(load_settings()))


@strava.command()
def unsubscribe() -> None:
    """Have Strava send no more events.

    **Example:** `stridetale strava unsubscribe`
    """
    from stridetale.settings import load_settings
    from stridetale.strava_commands import unsubscribe

    _end(unsubscribe(load_settings()))


@strava.command()
def status() -> None:
    """Say who is connected, how changes are heard of, and what is still to be done.

    **Example:** `stridetale strava status`
    """
    from stridetale.settings import load_settings
    from stridetale.strava_commands import show_status

    _end(show_status(load_settings()))


@strava.command()
def reseal() -> None:
    """Seal every grant with the newest key, so that the older ones can be taken away.

    **Example:** `stridetale strava reseal`
    """
    from stridetale.settings import load_settings
    from stridetale.strava_commands import reseal

    _end(reseal(load_settings()))


@strava.command()
def forget(
    athlete: Annotated[str, typer.Argument(metavar="ATHLETE", help="Their number at Strava.")],
    *,
    yes: YesOption = False,
) -> None:
    """Delete everything of an athlete, for good, and give Strava's permission back.

    **Example:** `stridetale strava forget 1234567`
    """
    from stridetale.settings import load_settings
    from stridetale.strava_commands import forget

    if not yes:
        typer.confirm(f"Delete everything of athlete {athlete}, for good?", abort=True)
    _end(forget(load_settings(), athlete))


def sandbox(
    port: Annotated[
        int, typer.Option("--port", min=0, max=65_535, help="Port to listen on, on this machine.")
    ] = SANDBOX_PORT,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of everything invented.")] = 1,
) -> None:
    """Serve a stand-in for Strava with invented athletes, to try things with; nothing is kept.

    **Example:** `stridetale sandbox --port 8010`
    """
    from stridetale.serving import serve_sandbox

    serve_sandbox(port, seed)
