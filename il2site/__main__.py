"""`python -m il2site`: the command line."""

from il2site.cli import main

main()
