"""Models: reaction networks read from Antimony or SBML, checked, run, and printed for the browser and the reader."""
