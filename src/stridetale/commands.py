"""What the commands do that end by themselves: write, import, list, doctor."""

import json as jsonlib
from collections.abc import Iterable, Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
from pydantic import SecretStr
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from stridetale.activity import Activity
from stridetale.athlete import LOCAL_ATHLETE, AthleteId
from stridetale.copying import copy
from stridetale.errors import CopyRefused, FileMissing, FileRefused, WriterFailed, WriterTimedOut
from stridetale.facts import Facts, facts_of
from stridetale.files import LeftOut, read_activities
from stridetale.library import Entry, seed_of
from stridetale.printing import (
    PreparingBar,
    counted,
    print_copied,
    print_entries,
    print_entry,
    print_findings,
)
from stridetale.services import (
    budget_of,
    open_existing_store,
    open_services,
    open_store,
    open_writer,
    wish_of,
)
from stridetale.settings import Settings
from stridetale.story import GaveUp, Judged, Story, StoryWriter, Told, telling

if TYPE_CHECKING:
    from stridetale.doctor import Finding

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False)


def write_stories(
    files: Iterable[Path], settings: Settings, *, seed: int | None, json: bool
) -> bool:
    """Tell and print the story of each recording; False where one could not be read.

    Raises:
        SettingsInvalid: the writer's settings do not go together.
    """
    return anyio.run(_write, list(files), settings, seed, json)


async def _write(files: list[Path], settings: Settings, seed: int | None, json: bool) -> bool:  # noqa: FBT001 (anyio.run takes no keywords)
    refused: list[LeftOut] = []
    bar = PreparingBar(err)
    async with open_writer(settings, watcher=bar) as writer:
        for number, activity in enumerate(_read(files, refused)):
            if writer is not None and settings.writer == "embedded" and not number:
                await _load(writer, bar)
            facts = facts_of(activity, settings.style)
            story = await _told(activity, facts, settings, writer, seed)
            entry = Entry(activity=activity, story=story)
            if json:
                out.file.write(entry.model_dump_json() + "\n")
            else:
                if number:
                    out.print()
                print_entry(out, entry, facts)
    _report(refused)
    return not refused


async def _load(writer: StoryWriter, bar: PreparingBar) -> None:
    """Load the embedded model, so that the first story has all of its time for drafting."""
    with bar, suppress(WriterFailed):  # the telling meets it again, and says it
        await writer.warm_up()


async def _told(
    activity: Activity,
    facts: Facts,
    settings: Settings,
    writer: StoryWriter | None,
    seed: int | None,
) -> Story:
    """The story of one activity, with a line that shows how far it is."""
    seed = seed_of(activity.id, 0) if seed is None else seed
    steps = telling(facts, wish_of(settings), writer=writer, budget=budget_of(settings), seed=seed)
    judged = 0
    with err.status("Reading the activity …") as status:
        async for step in steps:
            match step:
                case Judged():
                    judged += 1
                    status.update(f"Checking drafts … {judged}")
                case GaveUp(why) if not isinstance(why, WriterTimedOut):
                    err.print(
                        f"{why.detail} The composer writes instead.", style="yellow", markup=False
                    )
                case Told(story):
                    return story
                case _:
                    status.update("Drafting …" if not judged else f"Checking drafts … {judged}")
    raise AssertionError  # every telling ends with Told


def import_recordings(
    paths: Iterable[Path], settings: Settings, *, athlete: str | None, json: bool
) -> bool:
    """Keep the activities of files, archives and folders; False where none came in.

    Raises:
        StoreFailed: the store cannot keep them.
    """
    return anyio.run(_import, list(paths), settings, _athlete(athlete), json)


async def _import(
    paths: list[Path],
    settings: Settings,
    athlete: AthleteId,
    json: bool,  # noqa: FBT001 (anyio.run takes no keywords)
) -> bool:
    refused: list[LeftOut] = []
    new = known = 0
    files = list(_files(paths))
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    async with open_services(settings.model_copy(update={"writer": "composer"})) as services:
        with Progress(*columns, console=err, transient=True) as progress:
            bar = progress.add_task("Reading", total=len(files))
            for file in files:
                for activity in _read([file], refused):
                    [added] = await services.library.add(athlete, [activity])
                    new, known = new + added.new, known + (not added.new)
                    progress.update(bar, description=f"Reading ({new + known} activities)")
                    if json:
                        row = {"activity_id": added.activity_id, "new": added.new}
                        out.file.write(jsonlib.dumps(row) + "\n")
                progress.advance(bar)
    _report(refused)
    if not json:
        out.print(f"{counted(new, 'new activity', 'new activities')}, {known} known already.")
    return new + known > 0 or not refused


def list_entries(
    settings: Settings, *, limit: int, before: str | None, athlete: str | None, json: bool
) -> bool:
    """Print a page of the library.

    Raises:
        CursorInvalid: `before` is not the end of an earlier list.
        StoreFailed: the store cannot be read.
    """
    return anyio.run(_list, settings, limit, before, _athlete(athlete), json)


async def _list(
    settings: Settings,
    limit: int,
    before: str | None,
    athlete: AthleteId,
    json: bool,  # noqa: FBT001 (anyio.run takes no keywords)
) -> bool:
    async with open_services(settings.model_copy(update={"writer": "composer"})) as services:
        page = await services.library.page(athlete, limit=limit, before=before)
    if json:
        for entry in page.entries:
            out.file.write(entry.model_dump_json() + "\n")
    else:
        print_entries(out, page.entries, settings.style)
    if page.next is not None:
        err.print(f"More: stridetale list --limit {limit} --before {page.next}", soft_wrap=True)
    return True


def _athlete(number: str | None) -> AthleteId:
    """Whose library: by default that of the one athlete where nobody signs in."""
    return LOCAL_ATHLETE if number is None else AthleteId(number)


def copy_store(source: SecretStr, target: SecretStr, *, merge: bool, json: bool) -> bool:
    """Copy everything from one store into another, and print what it came to.

    Raises:
        SettingsInvalid: an address cannot be used.
        CopyRefused: there is nothing to copy, or the target holds other data.
        CopyDiffers: the two are not the same in the end.
        StoreFailed: one of the two cannot be read or written.
    """
    return anyio.run(_copy, source, target, merge, json)


async def _copy(source: SecretStr, target: SecretStr, merge: bool, json: bool) -> bool:  # noqa: FBT001 (anyio.run takes no keywords)
    async with AsyncExitStack() as stack:
        of = await open_existing_store(source)
        if of is None:
            raise CopyRefused("There is no library at the address that should be copied.")
        stack.push_async_callback(of.close)
        to = await open_store(target)
        stack.push_async_callback(to.close)
        if of.name == to.name:
            raise CopyRefused(f"{of.name} cannot be copied into itself.")
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=err, transient=True) as progress:
            bar = progress.add_task("Looking", total=None)
            copied = await copy(
                of,
                to,
                merge=merge,
                progress=lambda step, done, total: progress.update(
                    bar, description=step, completed=done, total=total
                ),
            )
    if json:
        out.file.write(jsonlib.dumps(asdict(copied)) + "\n")
    else:
        print_copied(out, copied, of.name, to.name)
    return True


def show_health(settings: Settings, *, json: bool) -> bool:
    """Print what is configured and what is missing; False where a story would lack something."""
    findings: list[Finding] = anyio.run(_examine, settings)
    if json:
        for finding in findings:
            out.file.write(jsonlib.dumps(finding.as_json()) + "\n")
    else:
        print_findings(out, findings)
    return all(finding.state == "good" for finding in findings)


async def _examine(settings: Settings) -> "list[Finding]":
    from stridetale.doctor import examine

    with err.status("Looking at the writer and the store …"), PreparingBar(err) as bar:
        return await examine(settings, watcher=bar)


def _read(files: Iterable[Path], refused: list[LeftOut]) -> Iterator[Activity]:
    """The activities of these files; what cannot be read is added to `refused`."""
    for file in files:
        try:
            yield from read_activities(file, left_out=refused)
        except FileRefused as exc:
            refused.append(LeftOut(file=exc.file, kind=exc.kind, detail=exc.detail))


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and in a folder every file below it that does not hide.

    Raises:
        FileMissing: there is no such file or folder.
    """
    for path in paths:
        if not path.exists():
            raise FileMissing(path.name, "is not there.")
        if path.is_dir():
            yield from sorted(
                file for file in path.rglob("*") if file.is_file() and file.name[0] != "."
            )
        else:
            yield path


def _report(refused: list[LeftOut]) -> None:
    """Say what was left out, a sentence each; a long list is cut."""
    most = 20
    for left_out in refused[:most]:
        err.print(left_out.detail, style="yellow", markup=False)
    if len(refused) > most:
        err.print(f"… and {len(refused) - most} more files that cannot be read.", style="yellow")
