"""The program itself."""

from __future__ import annotations

from app.language import Text
from app.settings.kinds import Location, OneOf, Switch
from app.settings.options.option import FILE, FOLDER, PROGRAM, Option

PROGRAM_OPTIONS = (
    Option(
        "data",
        ("--data",),
        Location(FOLDER),
        PROGRAM,
        Text(
            "Folder for everything that is kept, config.toml included. Without it: "
            "“assistant-data” beside the program if there is one, else your user folder for "
            "programs' data.",
            "存放所有数据（包括 config.toml）的文件夹。不指定时：若程序旁边有 "
            "assistant-data 文件夹就用它，否则用系统的用户数据文件夹。",
        ),
        in_file=False,
    ),
    Option(
        "sandbox",
        ("--sandbox",),
        Switch(),
        PROGRAM,
        Text(
            "Keep the program to its data folder, and what reads files to the file that it reads; "
            "“assistant doctor” tells what is on. Off only to find out what is wrong.",
            "把程序限制在数据文件夹内，读取文件的子进程只能读取该文件；assistant doctor "
            "会显示哪些已启用。只应在排查问题时关闭。",
        ),
        default="true",
        off=("--no-sandbox",),
    ),
    Option(
        "log_file",
        ("--log-file",),
        Location(FILE),
        PROGRAM,
        Text("Write the log to this file as well.", "同时把日志写入这个文件。"),
    ),
    Option(
        "verbose",
        ("-v", "--verbose"),
        Switch(),
        PROGRAM,
        Text("Show the log in the terminal.", "在终端显示日志。"),
        default="false",
    ),
    Option(
        "lang",
        ("--lang",),
        OneOf(("auto", "en", "zh")),
        PROGRAM,
        Text(
            "Language of the messages in the terminal; auto: the terminal's own.",
            "终端消息的语言；auto 表示跟随终端。",
        ),
        default="auto",
    ),
    Option(
        "help",
        ("-h", "--help"),
        Switch(),
        PROGRAM,
        Text("Show this help.", "显示本帮助。"),
        flag_only=True,
    ),
    Option(
        "version",
        ("--version",),
        Switch(),
        PROGRAM,
        Text("Show the version.", "显示版本。"),
        flag_only=True,
    ),
)
