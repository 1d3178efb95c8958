"""Turning an uploaded archive into shards of samples, in a process that is thrown away.

`python -m suggest.importing FOLDER` is that process: it finds `request.json`, the file `upload` and perhaps
`labels.csv` in the folder, and leaves `report.json` beside `samples.parquet` and the shards with their indexes, or a
refusal. The archive is read once, file by file (`archives`, `paths`); what is a picture goes into a shard (`pictures`);
labels are found at the end, when all paths are known (`labels`).
"""
