"""`python -m comanda`: the command line."""

from comanda.cli import main

main()
