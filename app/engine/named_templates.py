"""Chat templates by the names that llama-server knows them by, for models without one.

Source: what the models' own files hold; the names are those of llama.cpp, src/llama-chat.cpp.
"""

from __future__ import annotations

from app.engine.template import CHATML


def _turns(role: str, begin: str, end: str, answer: str) -> str:
    """A template that puts each message between marks, and one where the answer begins."""
    return (
        "{% for message in messages %}"
        + role
        + begin
        + "{{ message['content'] }}"
        + end
        + "{% endfor %}{% if add_generation_prompt %}"
        + answer
        + "{% endif %}"
    )


_ROLE = "{{ message['role'] }}"
_COMMAND_R = (
    "<|START_OF_TURN_TOKEN|>{% if message['role'] == 'system' %}<|SYSTEM_TOKEN|>"
    "{% elif message['role'] == 'assistant' %}<|CHATBOT_TOKEN|>"
    "{% else %}<|USER_TOKEN|>{% endif %}"
)
_GEMMA = "{% if message['role'] == 'assistant' %}model{% else %}user{% endif %}\n"
_MISTRAL = (
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'system' %}"
    "[SYSTEM_PROMPT] {{ message['content'] }}[/SYSTEM_PROMPT]"
    "{% elif message['role'] == 'assistant' %} {{ message['content'] }}{{ eos_token }}"
    "{% else %}[INST] {{ message['content'] }}[/INST]{% endif %}{% endfor %}"
)

NAMED = {
    "chatml": CHATML,
    "llama3": "{{ bos_token }}"
    + _turns(
        "<|start_header_id|>" + _ROLE,
        "<|end_header_id|>\n\n",
        "<|eot_id|>",
        "<|start_header_id|>assistant<|end_header_id|>\n\n",
    ),
    "gemma": "{{ bos_token }}"
    + _turns("<start_of_turn>", _GEMMA, "<end_of_turn>\n", "<start_of_turn>model\n"),
    "phi3": _turns("<|" + _ROLE + "|>", "\n", "<|end|>\n", "<|assistant|>\n"),
    "phi4": _turns(
        "<|im_start|>" + _ROLE, "<|im_sep|>", "<|im_end|>", "<|im_start|>assistant<|im_sep|>"
    ),
    "zephyr": _turns("<|" + _ROLE + "|>", "\n", "<|endoftext|>\n", "<|assistant|>\n"),
    "command-r": _turns(
        _COMMAND_R, "", "<|END_OF_TURN_TOKEN|>", "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>"
    ),
    "mistral-v7": _MISTRAL,
}
