"""From a fresh clone to the one file: python3 packaging VERB (`--help` lists them)."""

import sys

if sys.version_info < (3, 11):  # before anything is imported that older versions cannot read
    sys.exit(
        "Python 3.11 or newer is needed, and this is %d.%d: start this with a newer python3.\n"
        "需要 Python 3.11 或更高版本，当前为 %d.%d：请改用更新的 python3 运行。"
        % (sys.version_info[:2] * 2)
    )

sys.path.append(str(__import__("pathlib").Path(__file__).resolve().parents[1]))

import verbs

sys.exit(verbs.main(sys.argv[1:]))
