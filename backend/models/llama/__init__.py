"""Llama models in a GGUF file, run by OpenVINO: on a CPU several times as fast as transformers.

blocks.py   GGUF's packed numbers -> OpenVINO constants, exactly as they are
graph.py    the network (Touvron et al. 2023) as an OpenVINO model with its cache inside
reader.py   one text being read: token ids -> logits of what comes next
loading.py  the graph made once and kept in the user's cache folder
"""
