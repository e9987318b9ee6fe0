"""How does a definition become SQL? One compiler, whoever asks: for one lead or a million, now or at moments long past.

`asking`, `texts` and `activities` turn one leaf into a condition, `conditions` the whole tree, `scores` included; `sources` says
where facts come from; `watching` says what can make criteria true. The questions put with it are in
`leads.definitions.queries`.
"""
