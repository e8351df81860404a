"""Writes docs/rules.md from the catalogue of rules: `python tests/write_rules.py`."""

from pathlib import Path

from il2site.problem import RULES

HEAD = """# What is checked

`il2site check` reports every problem of a site in one run, each with its file, its line, its rule, what is wrong and how
to mend it. An error stops the build and leaves the last site as it is; a warning does so only under `--strict`.

| rule | | what it holds |
|---|---|---|
"""


def page() -> str:
    return HEAD + "".join(f"| `{name}` | {rule.severity} | {rule.summary} |\n" for name, rule in RULES.items())


if __name__ == "__main__":
    (Path(__file__).parent.parent / "docs/rules.md").write_text(page(), encoding="utf-8")
