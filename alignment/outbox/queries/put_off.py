"""When is a mail that could not be sent tried again? Grain: one row a mail; the clock is `now`.

`PUT_OFF`: what was tried together and is still held under `lease`, after `first` seconds, doubled with each earlier try, up to
`longest`. `PUT_OFF_REST`: all others that are due and that nobody is at (index mail_due), after `first` each time: the
server may have failed because of that one mail, which must not hold them up for longer. Rows that somebody else has
locked are left alone, so that two workers never wait for each other.
"""

PUT_OFF = """
UPDATE outbox_mail SET
  attempts = attempts + 1,
  due_at = %(now)s + make_interval(secs => least(%(first)s * power(2, least(attempts, 20)), %(longest)s)),
  lease_until = NULL,
  last_error = %(why)s
WHERE id = ANY(%(ids)s) AND lease_until = %(lease)s AND sent_at IS NULL AND given_up_at IS NULL
"""

PUT_OFF_REST = """
WITH rest AS (
  SELECT id
  FROM outbox_mail
  WHERE sent_at IS NULL AND given_up_at IS NULL AND due_at <= %(now)s
    AND (lease_until IS NULL OR lease_until <= %(now)s)
  FOR UPDATE SKIP LOCKED
)
UPDATE outbox_mail SET due_at = %(now)s + make_interval(secs => %(first)s), lease_until = NULL, last_error = %(why)s
WHERE id IN (SELECT id FROM rest)
"""
