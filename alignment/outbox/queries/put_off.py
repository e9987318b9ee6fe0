"""When is a mail that could not be sent tried again? Grain: one row a mail; the clock is `now`.

The wait is `first`, doubled each time it was put off before, up to `longest`. One mail by id, where it is still held
under `lease`; or all that are due and that nobody is at, found through the index mail_due. Rows are locked in the
order of their ids and locked ones are left alone, so that two workers never wait for each other.
"""

_LATER = """
UPDATE outbox_mail SET
  attempts = attempts + 1,
  due_at = %(now)s + least(%(first)s * power(2, least(attempts, 20)), %(longest)s),
  lease_until = NULL,
  last_error = %(why)s
"""

PUT_OFF = f"""
{_LATER}
WHERE id = %(id)s AND lease_until = %(lease)s AND sent_at IS NULL AND given_up_at IS NULL
"""

PUT_OFF_ALL = f"""
WITH held_up AS (
  SELECT id
  FROM outbox_mail
  WHERE sent_at IS NULL AND given_up_at IS NULL AND due_at <= %(now)s
    AND (lease_until IS NULL OR lease_until <= %(now)s)
  ORDER BY id
  FOR UPDATE SKIP LOCKED
)
{_LATER}
WHERE id IN (SELECT id FROM held_up)
"""
