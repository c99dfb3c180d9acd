"""``python -m asprinted``."""

from .cli import main

main()
