"""Pictures that are shown to the model."""

from __future__ import annotations

from app.language import Text
from app.settings.kinds import Location, Switch, Whole
from app.settings.options.option import FILE, PICTURES, Option

MOST_TOKENS = 65536

PICTURE_OPTIONS = (
    Option(
        "mmproj",
        ("-mm", "--mmproj"),
        Location(FILE),
        PICTURES,
        Text(
            "What lets the model of -m see pictures: the projector that was made with it (GGUF). "
            "Without it, the model gets the text that is written in them.",
            "让 -m 指定的模型能看图片：与它配套的视觉投影器（GGUF）。"
            "不指定时，模型得到的是图片中的文字。",
        ),
    ),
    Option(
        "mmproj_offload",
        ("--mmproj-offload",),
        Switch(),
        PICTURES,
        Text(
            "Look at pictures on the graphics card, where there is one.", "有显卡时用它处理图片。"
        ),
        default="true",
        off=("--no-mmproj-offload",),
    ),
    Option(
        "image_min_tokens",
        ("--image-min-tokens",),
        Whole(1, MOST_TOKENS),
        PICTURES,
        Text(
            "Fewest tokens of a picture, for models that look closer at larger ones.",
            "一张图片最少占多少个词元（用于能按大小细看图片的模型）。",
        ),
    ),
    Option(
        "image_max_tokens",
        ("--image-max-tokens",),
        Whole(1, MOST_TOKENS),
        PICTURES,
        Text("Most tokens of a picture, likewise.", "一张图片最多占多少个词元，同上。"),
    ),
    Option(
        "remote_pictures",
        ("--remote-pictures",),
        Switch(),
        PICTURES,
        Text(
            "Fetch pictures that a request names by their address on the internet (https://…).",
            "允许下载请求中以网址（https://…）指定的图片。",
        ),
        default="false",
    ),
)
