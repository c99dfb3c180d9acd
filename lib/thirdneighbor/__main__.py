"""``python -m thirdneighbor``."""

from .cli import main

main()
