"""Turning an uploaded archive into shards of samples, in a process that is thrown away.

`python -m suggest.importing FOLDER` is that process: it finds `request.json`, the file `upload` and perhaps `labels`
in the folder, and leaves `report.json` beside `samples.parquet`, `labels.csv` and the shards with their indexes, or a
refusal. The archive is read once, file by file (`archives`, `paths`); what is a picture goes into a shard (`pictures`),
which may be taken away as soon as it is there; labels and other columns (`tables`) are matched at the end, when all
paths are known (`labels`).

Of a sample, about a hundred bytes stay in memory; its picture is there only while it is looked at.
"""
