"""`python -m foresale` is the command line."""

from foresale.cli import main

if __name__ == "__main__":
    main()
