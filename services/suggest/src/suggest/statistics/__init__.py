"""Which samples are worth a look: statistics over samples and predictions.

`predictions` and `tables` fetch what the store holds as polars frames; `answers` lays the models' frames side by side;
`agreement`, `histogram` and `samples` are pure functions on such frames.
"""
