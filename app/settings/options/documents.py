"""Your own documents."""

from __future__ import annotations

from app.language import Text
from app.settings.kinds import Location, Switch, Words
from app.settings.options.option import DOCUMENTS, FILE, Option

DOCUMENT_OPTIONS = (
    Option(
        "documents",
        ("--documents",),
        Switch(),
        DOCUMENTS,
        Text(
            "Keep and search documents, in the data folder.",
            "保存并检索您的文档（存放在数据文件夹中）。",
        ),
        default="true",
        off=("--no-documents",),
    ),
    Option(
        "reranker",
        ("--reranker",),
        Location(FILE),
        DOCUMENTS,
        Text(
            "Put the passages that were found in order with this reranking model (GGUF).",
            "用这个重排序模型（GGUF）对找到的段落重新排序。",
        ),
    ),
    Option(
        "chroma",
        ("--chroma",),
        Words(Text("URL", "网址"), Text("the address of a Chroma server", "Chroma 服务器的网址")),
        DOCUMENTS,
        Text(
            "Keep the documents' vectors on this Chroma server, not in the data folder.",
            "把文档向量保存到这个 Chroma 服务器，而不是数据文件夹。",
        ),
    ),
    Option(
        "chroma_token",
        ("--chroma-token",),
        Words(Text("TOKEN", "令牌"), Text("a text that is not empty", "非空的文字")),
        DOCUMENTS,
        Text(
            "What that server asks for. Better set by ASSISTANT_CHROMA_TOKEN: other users of this "
            "machine can read command lines.",
            "该服务器要求的令牌。最好用 ASSISTANT_CHROMA_TOKEN 设置：本机其他用户能看到命令行。",
        ),
    ),
)
