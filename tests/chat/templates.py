"""Chat templates in the manner of four families of models, as short as can be."""

QWEN = (
    "{% if tools %}<tools>{% for tool in tools %}{{ tool | tojson }}{% endfor %}</tools>"
    '<tool_call>{"name": , "arguments": }</tool_call>{% endif %}'
    "{% for message in messages %}<{{ message.role }}>{{ message.content }}"
    "{% for call in message.tool_calls or [] %}<tool_call>{{ call.function.arguments | tojson }}"
    "</tool_call>{% endfor %}{% endfor %}"
    "{% if enable_thinking %}<think>\n{% else %}<think></think>{% endif %}"
)
LLAMA3 = (
    "{% for message in messages %}<|start_header_id|>{{ message.role }}|"
    "{% if 'tool_calls' in message %}{% if message.tool_calls | length > 1 %}"
    "{{ raise_exception('one call') }}{% endif %}"
    '{"parameters": {{ message.tool_calls[0].function.arguments | tojson }}}'
    "{% else %}{{ message.content | trim }}{% endif %}{% endfor %}{% if tools %}tools{% endif %}"
)
MISTRAL = (
    "{% if tools %}[AVAILABLE_TOOLS]{{ tools | tojson }}{% endif %}"
    "{% for message in messages %}{{ message.content }}"
    "{% if message.tool_calls is defined %}[TOOL_CALLS]{% for call in message.tool_calls %}"
    "{% if call.id | length != 9 %}{{ raise_exception('nine') }}{% endif %}{{ call.id }}"
    "{% endfor %}{% endif %}"
    "{% if message.role == 'tool' %}({{ message.tool_call_id }}){% endif %}{% endfor %}"
)
NO_SYSTEM = (
    "{% for message in messages %}{% if message.role == 'system' %}"
    "{{ raise_exception('no system') }}{% endif %}"
    "{{ message.role }}: {{ message.content }}\n{% endfor %}"
)
