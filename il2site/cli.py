"""The command line. Exit codes: 0 well done, 1 something is wrong with the content, 2 with the command, 3 with il2site."""

from __future__ import annotations

import datetime
import gc
import json
import os
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from il2site import __version__

if TYPE_CHECKING:
    from rich.status import Status

    from il2site.build import Built, Options
    from il2site.cache import Cache
    from il2site.model.engine.doses import Dose
    from il2site.model.experiment import EngineName, Subject
    from il2site.problem import Checked, Problem
    from il2site.serve import Rebuilt
    from il2site.source import Sources

OK, CONTENT, USAGE, INTERNAL = 0, 1, 2, 3
Folder = click.Path(file_okay=False, path_type=Path)


def source_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--source",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=Path("."),
        show_default="this folder",
        help="The folder of your site: the one that holds content/.",
    )(command)


def output_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--output",
        type=click.Path(path_type=Path),
        default=None,
        show_default="build/ in that folder",
        help="Where the finished site goes. Only a folder that il2site made is ever replaced.",
    )(command)


def base_url_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--base-url",
        metavar="ADDRESS",
        callback=_web_address,
        default=None,
        help="The web address the site will have, if you know it. Pages work without it.",
    )(command)


def fresh_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--fresh", is_flag=True, help="Make everything anew, whatever earlier builds have kept.")(
        command
    )


def strict_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--strict", is_flag=True, help="Treat warnings as errors.")(command)


def _web_address(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    from il2site.site.address import is_web_address

    if not is_web_address(value):
        raise click.BadParameter(f"“{value}” is not a web address such as https://example.org/il2/.")
    return value


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="il2site")
def cli() -> None:
    """Build a site of lessons with live figures from a folder of Markdown.

    \b
    A first session:
      il2site new lesson my-lesson     writes content/lessons/my-lesson.md
      il2site serve                    shows the site and follows every save
      il2site build                    writes the finished site to build/
      il2site simulate model.xml       runs a model and writes its course as CSV
    """


@cli.command("build")
@source_option
@output_option
@base_url_option
@strict_option
@fresh_option
def build_command(source: Path, output: Path | None, base_url: str | None, strict: bool, fresh: bool) -> None:
    """Write the finished site.

    Copy the result to any web server, or open its index.html with a double click. When something is wrong with a
    lesson, every problem is listed and the site that was there before stays as it is.
    """
    from il2site.build import Options
    from il2site.cache import Cache
    from il2site.output import check_output, write_site

    folder, cache = output or source / "build", Cache(source, fresh)
    check_output(folder, source)
    started = time.monotonic()
    with progress() as tell:
        built = _build(source, Options(base_url, strict=strict), tell, cache)
        if built.files:
            tell("Writing")
            cache.keep_stamps(folder, write_site(built.files, folder, stamps=cache.stamps(folder)))
    show_problems(built.problems, strict)
    if not built.files:
        _say(f"Nothing was written; {folder} is as it was.")
        sys.exit(CONTENT)
    pages = sum(path.endswith(".html") for path in built.files)
    _say(f"{pages} pages in {time.monotonic() - started:.1f} s: open {folder / 'index.html'}")


@cli.command("check")
@source_option
@strict_option
@fresh_option
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    default=lambda: datetime.date.today().isoformat(),
    show_default="the day it is",
    help="The day by which it is judged whether claims were checked lately enough.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="json is for other programs.",
)
def check_command(source: Path, strict: bool, fresh: bool, today: datetime.datetime, form: str) -> None:
    """List everything that is wrong with the content, and write nothing.

    Each problem names the file and the line, says what is wrong and how to mend it.
    """
    from il2site.build import Options
    from il2site.cache import Cache
    from il2site.problem import errors

    with progress() as tell:
        built = _build(source, Options(strict=strict, today=today.date()), tell, Cache(source, fresh))
    if form == "json":
        click.echo(json.dumps([_as_json(problem) for problem in built.problems], ensure_ascii=False, indent=2))
    else:
        show_problems(built.problems, strict)
        if not built.problems:
            _say("Nothing is wrong.")
    sys.exit(CONTENT if errors(built.problems, strict) else OK)


@cli.command("serve")
@source_option
@output_option
@strict_option
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Leave this as it is, unless others on your network should see the preview.",
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=None,
    show_default="5500, or the next free one",
    help="The number after the colon in the address.",
)
def serve_command(source: Path, output: Path | None, strict: bool, host: str, port: int | None) -> None:
    """Show the site in your browser and follow every save.

    Stop it with Ctrl-C. A mistake in a lesson shows as a message over the page and goes away when it is mended.
    """
    from il2site.build import Options, get_ready
    from il2site.output import check_output
    from il2site.serve import ServeRefused, serve
    from il2site.source import Before, read_sources, watched_folders

    folder = output or source / "build"
    check_output(folder, source)
    preview = _Preview(source, folder, Options(live_reload=True, strict=strict))
    try:
        serve(
            partial(read_sources, source, Before()),
            preview.rebuild,
            lambda: watched_folders(source),
            folder,
            report=_say,
            host=host,
            port=port,
            get_ready=get_ready,
        )
    except ServeRefused as refusal:
        _say(f"{refusal.message}\n{refusal.remedy}")
        sys.exit(USAGE)
    preview.end()
    _say(f"{folder} holds the preview. What you publish, write with: il2site build")


def _each(parse: str) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], tuple[Any, ...]]:
    """A callback that reads every value of an option with the function `parse` of il2site.model.experiment."""

    def read(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[Any, ...]:
        from il2site.model import experiment

        try:
            return tuple(getattr(experiment, parse)(value) for value in values)
        except experiment.Unfit as unfit:
            raise click.BadParameter(str(unfit)) from unfit

    return read


def _finite(context: click.Context, option: click.Parameter, value: float | None) -> float | None:
    if value is not None and not 0 < value < float("inf"):
        raise click.BadParameter(f"{value:g} is not a time above 0.")
    return value


@cli.command("simulate")
@click.argument("model")
@source_option
@click.option(
    "--set",
    "settings",
    metavar="NAME=NUMBER",
    multiple=True,
    callback=_each("parse_setting"),
    help="Give a parameter another value. Can be repeated.",
)
@click.option(
    "--end",
    type=float,
    default=None,
    callback=_finite,
    show_default="run_to of the model's card, else 100",
    help="The time up to which to run, in the model's unit.",
)
@click.option(
    "--points", type=click.IntRange(2, 1_000_000), default=101, show_default=True, help="How many times to report."
)
@click.option("--stochastic", is_flag=True, help="Single random events instead of differential equations.")
@click.option(
    "--runs",
    type=click.IntRange(1, 1_000_000),
    default=1,
    show_default=True,
    help="Of so many stochastic runs: mean, standard deviation and percentiles.",
)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True, help="Which random run.")
@click.option(
    "--dose",
    "doses",
    metavar="TIME,TARGET,AMOUNT[,DURATION]",
    multiple=True,
    callback=_each("parse_dose"),
    help="Add an amount to a state at once or over a duration; or give a parameter another value for a while. Can be "
    "repeated; takes the place of the doses of the model's card.",
)
@click.option("--no-doses", is_flag=True, help="Without the doses of the model's card.")
@click.option(
    "--engine",
    type=click.Choice(["python", "browser"]),
    default="python",
    show_default=True,
    help="browser is what runs in the pages; it needs Node.js.",
)
def simulate_command(
    model: str,
    source: Path,
    settings: tuple[tuple[str, float], ...],
    end: float | None,
    points: int,
    stochastic: bool,
    runs: int,
    seed: int,
    doses: tuple[Dose, ...],
    no_doses: bool,
    engine: EngineName,
) -> None:
    """Run a model and write its course as CSV to standard output.

    MODEL is an Antimony file (.ant), an SBML file (Level 2 or 3), or the name of a model in content/models/. The columns
    are time, states and computed quantities. With --runs above 1, X is a mean; X_sd, X_p5, X_p50 and X_p95 are its
    standard deviation and percentiles.
    """
    from il2site.model.engine.browser import NodeMissing
    from il2site.model.experiment import Experiment, Unfit, simulate, to_csv

    if runs > 1 and not stochastic:
        raise click.UsageError("--runs repeats random runs: add --stochastic.")
    subject = _subject(model, source)
    experiment = Experiment(
        settings=dict(settings),
        end=subject.end if end is None else end,
        points=points,
        doses=doses if doses or no_doses else subject.doses,
        stochastic=stochastic,
        runs=runs,
        seed=seed,
        engine=engine,
    )
    try:
        table = simulate(subject.network, experiment)
    except (Unfit, NodeMissing) as refusal:
        raise click.UsageError(str(refusal)) from refusal
    click.echo(to_csv(table).encode(), nl=False)
    if table.outcome.kind != "finished":
        _say(f"The run stopped at time {table.outcome.at:g}: {table.outcome.kind}.")
        sys.exit(CONTENT)


def _subject(model: str, source: Path) -> Subject:
    """The model that a command names, a file or one of the site; ends with its problems when it cannot be used."""
    from il2site.model.experiment import subject_of_file, subject_of_site, unknown_model
    from il2site.problem import Checked
    from il2site.source import read_sources, read_text

    if Path(model).is_file():
        file = read_text(Path(model))
        made = Checked(None, file.problems) if file.value is None else subject_of_file(file.value)
    else:
        sources = read_sources(source)
        assert sources.value is not None
        if unknown := unknown_model(model, sources.value.texts):
            raise click.UsageError(unknown)
        made = subject_of_site(model, sources.value.texts, sources.problems)
    show_problems(made.problems)
    if made.value is None:
        sys.exit(CONTENT)
    return made.value


@cli.group("new")
def new_group() -> None:
    """Start something new from a pattern."""


@new_group.command("lesson")
@click.argument("name")
@source_option
def new_lesson_command(name: str, source: Path) -> None:
    """Write content/lessons/NAME.md, a lesson to fill in, and list it in content/site.yml.

    NAME becomes part of the address: lower-case letters, digits and hyphens, such as cell-signals.
    """
    from il2site.output import create_files
    from il2site.scaffold import new_lesson
    from il2site.source import read_sources

    sources = read_sources(source).value
    assert sources is not None
    made = new_lesson(name, sources.texts)
    if made.value is None:
        show_problems(made.problems)
        sys.exit(CONTENT)
    create_files(made.value, source)
    for path in made.value:
        _say(f"Wrote {path}")


def _build(source: Path, options: Options, tell: Callable[[str], None], cache: Cache) -> Built:
    """A build that keeps what took long for the next."""
    from il2site.build import build
    from il2site.source import read_sources

    memory, read = cache.memory(), read_sources(source)
    assert read.value is not None
    built = build(read.value, options, read.problems, tell, memory)
    cache.keep_lasting(memory)
    cache.keep_bundles(memory)
    return built


class _Preview:
    """The builds of a preview, each of which writes the site when it can be built, and says how it went."""

    def __init__(self, source: Path, folder: Path, options: Options) -> None:
        from il2site.cache import Cache

        self._cache = Cache(source)
        self._memory = self._cache.memory()
        self._stamps = self._cache.stamps(folder)
        self._folder, self._options = folder, options

    def rebuild(self, read: Checked[Sources]) -> Rebuilt:
        from il2site.build import build
        from il2site.output import write_site
        from il2site.serve import Rebuilt

        assert read.value is not None
        started = time.monotonic()
        built = build(read.value, self._options, read.problems, memory=self._memory)
        if built.files:
            self._stamps = write_site(built.files, self._folder, stamps=self._stamps, gradual=True)
            _say(f"Built in {time.monotonic() - started:.2f} s")
        show_problems(built.problems, self._options.strict)
        self._cache.keep_lasting(self._memory)
        return Rebuilt(built.problems, ok=bool(built.files))

    def end(self) -> None:
        """Keep what the next run will need."""
        self._cache.keep_bundles(self._memory)
        self._cache.keep_stamps(self._folder, self._stamps)


def _say(message: str) -> None:
    """To standard error, where people read; standard output is for what a program may want."""
    click.echo(message, err=True, color=False if os.environ.get("NO_COLOR") else None)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A function to call at each step: an animated line in a terminal; elsewhere one plain line for each step."""
    if not sys.stderr.isatty():
        yield lambda step: _say(f"{step} …")
        return
    with ExitStack() as stack:
        yield partial(_show_step, cache(partial(_status, stack)))


def _show_step(status: Callable[[], Status], step: str) -> None:
    status().update(step)


def _status(stack: ExitStack) -> Status:
    """The animated line, from the first step on: a build with nothing to do is over before it could be seen."""
    from rich.console import Console

    return stack.enter_context(Console(stderr=True).status(""))


def show_problems(problems: Sequence[Problem], strict: bool = False) -> None:
    """Every problem with its place first, in a form that editors make clickable; then how many there are."""
    for problem in problems:
        severity = "error" if strict else problem.severity
        shown = click.style(severity, fg="red" if severity == "error" else "yellow", bold=severity == "error")
        _say(f"{click.style(_plain(str(problem.place)), bold=True)}  {shown}  {click.style(problem.rule, dim=True)}")
        _say(f"    {_plain(problem.message)}\n    {_plain(problem.remedy)}")
    if problems:
        _say(_count(problems, strict))


def _plain(words: str) -> str:
    """`words` on one line, in which nothing steers a terminal or turns the direction of text, as in the name of a file."""
    return _STEERS.sub(lambda match: f"\\x{ord(match[0]):02x}" if match[0] < "\x80" else f"\\u{ord(match[0]):04x}", words)


_STEERS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _count(problems: Sequence[Problem], strict: bool) -> str:
    wrong = sum(strict or problem.severity == "error" for problem in problems)
    counts = ((wrong, "error"), (len(problems) - wrong, "warning"))
    return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in counts if n)


def _as_json(problem: Problem) -> dict[str, str | int]:
    return {
        "rule": problem.rule,
        "severity": problem.severity,
        "path": problem.place.path,
        "line": problem.place.line,
        "message": problem.message,
        "remedy": problem.remedy,
    }


def main() -> None:
    """Run the command line; a refusal ends with code 2, a fault of il2site's own with code 3 and its trace."""
    from il2site.output import OutputRefused

    # A build makes millions of values that live long, and few circles of them: to look for those seldom is enough.
    gc.set_threshold(20_000)
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except OutputRefused as refusal:
        _say(f"{refusal.message}\n{refusal.remedy}")
        sys.exit(USAGE)
    except Exception:
        _say(f"il2site itself has failed; your files are untouched. Please report this:\n\n{traceback.format_exc()}")
        sys.exit(INTERNAL)
    finally:
        gc.freeze()  # all that there is ends with the process; nobody need look for circles in it


if __name__ == "__main__":
    main()
