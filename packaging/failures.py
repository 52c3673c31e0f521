"""What can go wrong while building, each as one sentence that says what to do."""

from __future__ import annotations

import errno

from app.errors import AssistantError
from app.language import Text


class BuildFailed(AssistantError):
    """The build cannot go on."""


DISK_FULL = Text(
    "The disk is full: make room (a build needs about {gigabytes} GB) and run this again; "
    "what was finished is kept.",
    "磁盘已满：请腾出空间（构建大约需要 {gigabytes} GB）后重新运行；已完成的部分会保留。",
).filled(gigabytes=6)

NO_NETWORK = Text(
    "The package registry cannot be reached: check the network (and pip's or npm's proxy "
    "settings) and run this again; what was fetched is kept.",
    "无法连接软件包仓库：请检查网络（以及 pip 或 npm 的代理设置）后重新运行；已下载的部分会保留。",
)

DAMAGED_DOWNLOAD = Text(
    "A download does not match its checksum: run this again, and if it stays so, "
    "look for a proxy or a mirror that changes files.",
    "下载的文件与校验和不符：请重新运行；如果仍然如此，请检查是否有代理或镜像改动了文件。",
)

# What the tools say, and what it means. The first that is found counts.
_MEANINGS = (
    (("No space left on device", "ENOSPC", "not enough space on the disk"), DISK_FULL),
    (("DO NOT MATCH THE HASHES", "EINTEGRITY"), DAMAGED_DOWNLOAD),
    (
        (
            "NewConnectionError",
            "ConnectionError",
            "Failed to establish a new connection",
            "Temporary failure in name resolution",
            "Read timed out",
            "ProxyError",
            "SSLError",
            "IncompleteRead",
            "ENOTFOUND",
            "EAI_AGAIN",
            "ECONNREFUSED",
            "ECONNRESET",
            "ETIMEDOUT",
        ),
        NO_NETWORK,
    ),
)


def meaning(output: str) -> Text | None:
    """What a failed tool's output means, where that is known."""
    for signs, text in _MEANINGS:
        if any(sign in output for sign in signs):
            return text
    return None


def of_system(error: OSError) -> BuildFailed:
    """A failure of the operating system as one sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return BuildFailed(DISK_FULL)
    return BuildFailed(
        Text(
            "{what} cannot be used: {reason}. Check that it exists and that you may write there.",
            "无法使用 {what}：{reason}。请确认它存在且您有写入权限。",
        ).filled(what=error.filename or "A file", reason=error.strerror or error)
    )
