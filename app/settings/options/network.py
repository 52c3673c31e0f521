"""Who reaches the assistant, where, and with what."""

from __future__ import annotations

from app.language import Text
from app.settings.kinds import Location, Switch, Whole, Words
from app.settings.options.option import ENDPOINTS, FILE, FOLDER, NETWORK, Option

NETWORK_OPTIONS = (
    Option(
        "host",
        ("--host",),
        Words(Text("ADDRESS", "地址"), Text("an address or a host name", "一个地址或主机名")),
        NETWORK,
        Text(
            "Address to listen on, or several with commas between; 0.0.0.0: reachable from the "
            "whole network.",
            "监听的地址，可用逗号分隔多个；0.0.0.0 表示整个网络都能访问。",
        ),
        default="127.0.0.1",
    ),
    Option(
        "port",
        ("--port",),
        Whole(0, 65535),
        NETWORK,
        Text(
            "Port to listen on; 0: any free one. Left at its default, the next free one is "
            "taken when another program has it.",
            "监听的端口；0 表示任选一个空闲端口。未指定而默认端口被占用时，使用下一个空闲端口。",
        ),
        default="8080",
    ),
    Option(
        "api_key",
        ("--api-key",),
        Words(Text("KEY", "密钥"), Text("a text that is not empty", "非空的文字")),
        NETWORK,
        Text(
            "Ask every client for this key, or one of several with commas between. Better set by "
            "ASSISTANT_API_KEY: other users of this machine can read command lines.",
            "要求每个客户端提供此密钥，可用逗号分隔多个。最好用 ASSISTANT_API_KEY "
            "设置：本机其他用户能看到命令行。",
        ),
    ),
    Option(
        "api_key_file",
        ("--api-key-file",),
        Location(FILE),
        NETWORK,
        Text(
            "Ask every client for one of the keys in this file, one in each line.",
            "要求每个客户端提供此文件中的某个密钥，每行一个。",
        ),
    ),
    Option(
        "auth",
        ("--auth",),
        Switch(),
        NETWORK,
        Text(
            "--no-auth: let other machines in without pairing or a key.",
            "--no-auth：其他设备无需配对或密钥即可使用。",
        ),
        default="true",
        off=("--no-auth",),
    ),
    Option(
        "allowed_hosts",
        ("--allowed-hosts",),
        Words(
            Text("NAME,…", "名称,…"),
            Text("names or addresses with commas between", "以逗号分隔的名称或地址"),
        ),
        NETWORK,
        Text(
            "Further names under which browsers may reach the assistant, such as a proxy's.",
            "浏览器还可以用哪些名称访问助手，例如代理的名称。",
        ),
    ),
    Option(
        "mdns",
        ("--mdns",),
        Switch(),
        NETWORK,
        Text(
            "--no-mdns: do not announce assistant.local where the network reaches this machine.",
            "--no-mdns：可从网络访问时，不在网络中公布 assistant.local 这个名称。",
        ),
        default="true",
        off=("--no-mdns",),
    ),
    Option(
        "ssl_cert_file",
        ("--ssl-cert-file",),
        Location(FILE),
        NETWORK,
        Text(
            "Speak HTTPS with this certificate (PEM), in place of one of the assistant's own.",
            "HTTPS 使用此证书（PEM），而不是助手自己签发的证书。",
        ),
    ),
    Option(
        "ssl_key_file",
        ("--ssl-key-file",),
        Location(FILE),
        NETWORK,
        Text("The key of that certificate (PEM).", "该证书的私钥（PEM）。"),
    ),
    Option(
        "cors_origins",
        ("--cors-origins",),
        Words(
            Text("ORIGIN,…", "来源,…"),
            Text(
                "origins with commas between, localhost, or *", "以逗号分隔的来源、localhost 或 *"
            ),
        ),
        NETWORK,
        Text(
            "Other sites whose pages may use the assistant; localhost: those of this machine; *: "
            "all. Without it: none.",
            "允许使用助手的其他网站；localhost 表示本机的页面，* "
            "表示所有网站。不指定时一律不允许。",
        ),
    ),
    Option(
        "no_ui",
        ("--no-webui", "--no-ui"),
        Switch(),
        NETWORK,
        Text("Serve the API only, and no page.", "只提供 API，不提供网页。"),
        default="false",
        off=("--webui", "--ui"),
    ),
    Option(
        "no_browser",
        ("--no-browser",),
        Switch(),
        NETWORK,
        Text("Do not open the browser.", "不打开浏览器。"),
        default="false",
    ),
    Option(
        "slots",
        ("--slots",),
        Switch(),
        ENDPOINTS,
        Text("GET /slots: what each answer's place is busy with.", "GET /slots：每个槽位的状态。"),
        default="true",
        off=("--no-slots",),
    ),
    Option(
        "metrics",
        ("--metrics",),
        Switch(),
        ENDPOINTS,
        Text("GET /metrics, for Prometheus.", "GET /metrics，供 Prometheus 读取。"),
        default="false",
    ),
    Option(
        "slot_save_path",
        ("--slot-save-path",),
        Location(FOLDER),
        ENDPOINTS,
        Text("Let clients save slots in this folder.", "允许客户端把槽位保存到此文件夹。"),
    ),
)
