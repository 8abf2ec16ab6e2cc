"""``python -m rareplan``."""

from rareplan.cli.main import main

if __name__ == "__main__":
    main()
