"""The program's first lines: is this processor able to run the rest?"""

import sys

from app import cpu

# How the program calls itself, not for people: to try a CPU variant, and to read files.
PROVE, READ = "prove-variant", "read-documents"


def main() -> int:
    """Checks the processor, then hands over to the command line."""
    cpu.check()
    # Imported only now: what follows may hold instructions of newer processors.
    if sys.argv[1:2] == [PROVE]:
        from app.engine.processor import proof

        return proof.main(sys.argv[2:])
    if sys.argv[1:2] == [READ]:
        from app.assembly import reading

        return reading.main(sys.argv[2:])
    if getattr(sys, "frozen", False):
        from app.bundle import litter

        litter.watch()
    from app import cli

    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
