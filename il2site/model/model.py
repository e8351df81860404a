"""A model of a site: its network, its card, and the files that a reader can download."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from il2site.model.card import Card, read_card
from il2site.model.check import Subject, check
from il2site.model.network import Network
from il2site.model.sbml import read_network
from il2site.problem import Checked, Problem
from il2site.text import Place, SourceFile


@dataclass(frozen=True)
class Model:
    """A checked model. `path` is its model file, `card_path` its card, both relative to the site's folder."""

    name: str
    network: Network
    card: Card
    path: str
    card_path: str

    @property
    def citations(self) -> tuple[str, ...]:
        """The citation keys that the card names."""
        return self.card.citations


def load_model(name: str, texts: Mapping[str, SourceFile]) -> Checked[Model]:
    """The model in content/models/<name>/: model.ant or model.xml, and card.yml.

    The value is None when something stops the model from being used; every problem has its line.
    """
    folder = f"content/models/{name}"
    file, problems = _model_file(name, folder, texts)
    card_file = texts.get(f"{folder}/card.yml")
    if file is None or card_file is None:
        return Checked(None, problems)
    network = read_network(file)
    card, yaml = read_card(card_file)
    problems = (*problems, *network.problems, *card.problems)
    if network.value is None or card.value is None or yaml is None:
        return Checked(None, problems)
    problems = (*problems, *check(Subject(network.value, file, card.value, card_file, yaml)))
    named = replace(network.value, name=name, time_unit=card.value.time_unit)
    model = Model(name, named, card.value, file.path, card_file.path)
    return Checked(None if problems else model, problems)


def _model_file(
    name: str, folder: str, texts: Mapping[str, SourceFile]
) -> tuple[SourceFile | None, tuple[Problem, ...]]:
    """The model file of `folder`, and what is wrong with what the folder holds."""
    files = [texts[path] for path in (f"{folder}/model.ant", f"{folder}/model.xml") if path in texts]
    problems = []
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        problems.append(Problem(Place(folder), "slug", f'the model folder is called "{name}"',
                                "use lower-case letters, digits and single hyphens"))  # fmt: skip
    if not files:
        problems.append(
            Problem(Place(folder), "model-missing", f"{folder} holds no model.ant and no model.xml", "add one of them")
        )
    if len(files) > 1:
        problems.append(
            Problem(Place(folder), "model-missing", f"{folder} holds both model.ant and model.xml", "keep one of them")
        )
    if f"{folder}/card.yml" not in texts:
        problems.append(Problem(Place(folder), "model-missing", f"{folder} holds no card.yml",
                                "add one: title, about, time_unit, symbols, limits"))  # fmt: skip
    return (files[0] if files else None), tuple(problems)
