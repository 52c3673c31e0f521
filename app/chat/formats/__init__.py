"""How models write tool calls: one module per format, chosen by the model's chat template."""
