"""`python -m headshot_check`."""

from headshot_check.cli import main

if __name__ == "__main__":
    main()
