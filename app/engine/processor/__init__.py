"""Which of llama.cpp's CPU variants this processor runs, proved in a child before use."""
