"""Antimony and SBML into a `Network`, and from one format into the other; the only user of antimony and libsbml."""

from il2site.model.sbml.document import is_sbml, place_of, to_antimony, to_sbml
from il2site.model.sbml.guard import without_comments
from il2site.model.sbml.reader import read_network

__all__ = ["is_sbml", "place_of", "read_network", "to_antimony", "to_sbml", "without_comments"]
