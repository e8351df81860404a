"""The structure that docs/architecture.md promises: one reader, one writer, imports that point down, one owner a library."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from il2site.problem import RULES
from il2site.site.contrast import GROUNDS, SIGNS, WORDS
from il2site.text import ENTITIES

ROOT = Path(__file__).parent.parent
MODULES = {path.relative_to(ROOT).with_suffix("").as_posix(): path for path in sorted((ROOT / "il2site").rglob("*.py"))}

LAYERS = [
    "text",
    "cores",
    "problem",
    "files",
    "memory",
    "source",
    "schema",
    "model",
    "lesson",
    "figure",
    "site",
    "scaffold",
    "build",
    "output",
    "cache",
    "serve",
    "cli",
    "__main__",
]
"""From the ground up. A module imports from its own layer and from those before it."""

OWNERS = {
    "antimony": {"il2site/model/sbml/document"},
    "citeproc": {"il2site/lesson/citation"},
    "click": {"il2site/cli"},
    "jinja2": {"il2site/site/page"},
    "libsbml": {"il2site/model/sbml/formula", "il2site/model/sbml/reader"},
    "livereload": {"il2site/serve"},
    "markdown": {"il2site/lesson/prose"},
    "math_core": {"il2site/lesson/prose"},
    "nh3": {"il2site/lesson/gate"},
    "platformdirs": {"il2site/cache"},
    "plotly": {"il2site/figure/plot"},
    "pydantic": {"il2site/schema"},
    "pymdownx": {"il2site/lesson/prose"},
    "resvg_py": {"il2site/site/picture"},
    "rich": {"il2site/cli"},
    "ruamel": {"il2site/schema"},
    "scipy": {"il2site/model/engine/ode"},
    "tornado": {"il2site/serve"},
    "watchfiles": {"il2site/serve"},
    "yaml": {"il2site/schema"},
}
READERS, WRITERS = {"il2site/source"}, {"il2site/output"}
READS = {"read_bytes", "read_text", "iterdir", "glob", "rglob", "listdir", "scandir", "walk"}
WRITES = {
    "write_bytes",
    "write_text",
    "mkdir",
    "makedirs",
    "unlink",
    "rmtree",
    "rename",
    "replace_file",
    "symlink",
    "touch",
    "rmdir",
}


def layer(module: str) -> str:
    return module.split("/")[1].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Dotted names of every module that `path` imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def calls(path: Path) -> set[str]:
    """Names of the functions and methods that `path` calls; built-in functions end in `()`."""
    nodes = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    return {f"{node.id}()" for node in nodes if isinstance(node, ast.Name)} | {
        node.attr for node in nodes if isinstance(node, ast.Attribute)
    }


@pytest.mark.parametrize("module", [m for m in MODULES if not m.endswith("__init__")])
def test_imports_point_down(module: str) -> None:
    allowed = LAYERS[: LAYERS.index(layer(module)) + 1]
    inside = {name.split(".")[1] for name in imports(MODULES[module]) if name.startswith("il2site.")}
    assert inside <= set(allowed), f"{module} imports from above itself: {sorted(inside - set(allowed))}"


@pytest.mark.parametrize("library", OWNERS)
def test_each_library_has_one_owner(library: str) -> None:
    users = {module for module, path in MODULES.items() if library in {name.split(".")[0] for name in imports(path)}}
    assert users == OWNERS[library]


@pytest.mark.parametrize("module", MODULES)
def test_one_reader_and_one_writer(module: str) -> None:
    called = calls(MODULES[module])
    assert "print()" not in called
    if module not in READERS | WRITERS:
        assert not called & {"open()", "open"}, f"{module} opens files"
        assert not called & READS, f"{module} reads files"
    if module not in WRITERS:
        assert not called & WRITES, f"{module} writes files"


def test_every_rule_is_used_and_explained() -> None:
    code = "".join(path.read_text(encoding="utf-8") for module, path in MODULES.items() if module != "il2site/problem")
    docs = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
    for name in RULES:
        assert f'"{name}"' in code, f"nothing reports {name}"
        assert f"`{name}`" in docs, f"docs/rules.md does not explain {name}"


def test_every_rule_has_a_case_that_breaks_it() -> None:
    tests = "".join(
        path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/*") if path.suffix in {".py", ".txt"}
    )
    missing = [name for name in RULES if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", tests)]
    assert not missing, f"no test breaks {missing}"


def test_plotly_in_the_browser_is_the_version_that_the_python_package_speaks() -> None:
    from plotly.offline import get_plotlyjs_version

    package = (ROOT / "package.json").read_text(encoding="utf-8")
    assert f'"plotly.js-basic-dist-min": "{get_plotlyjs_version()}"' in package


def test_colours_and_sizes_stand_in_one_file() -> None:
    for sheet in (ROOT / "static/css").glob("*.css"):
        if sheet.name != "tokens.css":
            colours = re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*;)", sheet.read_text(encoding="utf-8"))
            assert set(colours) <= {"#000"}, f"{sheet.name} holds colours of its own: {colours}"


def test_every_entity_has_a_colour_in_both_themes() -> None:
    """The build holds the contrast of each (il2site/site/contrast.py)."""
    tokens = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
    named = set(re.findall(r"--([\w-]+): light-dark\(#[0-9a-f]{6}, #[0-9a-f]{6}\);", tokens))
    assert named >= {*WORDS, *SIGNS, *GROUNDS} and len(WORDS) == 5 + len(ENTITIES)
