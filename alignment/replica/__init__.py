"""Reports on a streaming replica, where `REPLICA_URL` names one; without it nothing here does anything.

`router` sends pages of figures there, `state` knows how far it is, `positions` what each person has seen already.
"""
