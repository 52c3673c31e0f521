"""Listening and speaking."""

from __future__ import annotations

from app.language import Text
from app.settings.kinds import Location
from app.settings.options.option import FILE, FOLDER, SPEECH, Option

SPEECH_OPTIONS = (
    Option(
        "whisper_model",
        ("--whisper-model",),
        Location(FILE),
        SPEECH,
        Text(
            "Recognize speech with this model (whisper.cpp's ggml format). Without it: the one "
            "inside this file.",
            "用这个模型（whisper.cpp 的 ggml 格式）识别语音。不指定时使用本文件自带的模型。",
        ),
    ),
    Option(
        "voices",
        ("--voices",),
        Location(FOLDER),
        SPEECH,
        Text(
            "A folder with more voices for speaking. Without it: voices in the data folder.",
            "存放更多朗读声音的文件夹。不指定时使用数据文件夹中的 voices。",
        ),
    ),
)
