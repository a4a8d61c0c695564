"""Files: the safetensors format, and files that appear whole or not at all."""
