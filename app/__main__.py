"""The program's first lines: is this processor able to run the rest?"""

import importlib
import sys

from app import cpu

# How the program calls itself, not for people: to try a CPU variant, to read documents, to decode
# recordings, to recognize what is said in them, to speak, to find text in pictures, and to see what
# its sandbox keeps it from.
PROVE, READ = "prove-variant", "read-documents"
DECODE, RECOGNIZE = "decode-sound", "recognize-speech"
SPEAK = "speak-sentences"
SEE = "read-pictures"
TRY = "try-sandbox"
HIDDEN = {
    PROVE: ("app.engine.processor.proof", "main"),
    READ: ("app.assembly.reading", "main"),
    DECODE: ("app.assembly.hearing", "decode"),
    RECOGNIZE: ("app.assembly.hearing", "recognize"),
    SPEAK: ("app.assembly.speaking", "main"),
    SEE: ("app.assembly.seeing", "main"),
    TRY: ("app.assembly.trying", "main"),
}


def main() -> int:
    """Checks the processor, then hands over to the command line."""
    cpu.check()
    # Imported only now: what follows may hold instructions of newer processors.
    from app.bundle import own_file

    own_file.keep()
    verb = sys.argv[1] if len(sys.argv) > 1 else ""
    if verb in HIDDEN:
        module, function = HIDDEN[verb]
        return int(getattr(importlib.import_module(module), function)(sys.argv[2:]))
    if getattr(sys, "frozen", False):
        from app.bundle import litter

        litter.watch()
    from app import cli

    return cli.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
