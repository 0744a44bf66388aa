"""`python -m adkconf` is the command `adkconf`."""

from adkconf.cli.entry import main

main()
