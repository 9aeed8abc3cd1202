"""`python -m stridetale`."""

from stridetale.cli import main

main()
