"""Turning a model file into a canonical network, in a process that is thrown away.

`python -m inference.importing FOLDER` is that process: it finds `request.json` and the file `model` in the folder, and
leaves `report.json` beside `network.json` and `weights.safetensors`, or a refusal. One module a file format: each
reads its files by hand into a `ModelFile`, and nothing of a stranger's file is ever given to Keras.
"""
