-- dbd: change KAN-29 · KAN-29 User Dashboard: analytics database
-- dbd: lock_timeout 250
-- A transaction that does not get its lock in that time is rolled back: run it again, from its boundary on.

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step # · E1 L1 R1
-- One thing a user did on the dashboard [retention: 6 months, then delete]
CREATE TABLE analytics_events (
  id         bigint      GENERATED ALWAYS AS IDENTITY,
  user_id    bigint      NOT NULL,
  event_type text        NOT NULL,
  event_data jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT analytics_events_pkey PRIMARY KEY (id),
  CONSTRAINT analytics_events_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT analytics_events_event_type_length CHECK (char_length(event_type) <= 100),
  CONSTRAINT analytics_events_an_event_type_is_never_blank CHECK (btrim(event_type) <> '')
);

-- dbd: step # · L1
-- Without it, each delete in users reads all of analytics_events
CREATE INDEX analytics_events_user_id_idx ON analytics_events (user_id);

-- dbd: step # · C1
-- The purge finds old rows without reading the young ones; a few pages, because rows arrive in
-- order of time
CREATE INDEX analytics_events_created_at_idx ON analytics_events USING brin (created_at);

-- dbd: step # · E1
-- Documents analytics_events
COMMENT ON TABLE analytics_events IS 'One thing a user did on the dashboard [retention: 6 months, then delete] (KAN-29 E1)';

-- dbd: step # · R1
-- Documents analytics_events_an_event_type_is_never_blank
COMMENT ON CONSTRAINT analytics_events_an_event_type_is_never_blank ON analytics_events IS 'R1: An event type is never blank';

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step # · E2 L2
-- Events per user and day, for the dashboard's first page
CREATE TABLE analytics_daily_summary (
  user_id      bigint NOT NULL,
  day          date   NOT NULL,
  event_counts jsonb  NOT NULL,
  CONSTRAINT analytics_daily_summary_pkey PRIMARY KEY (user_id, day),
  CONSTRAINT analytics_daily_summary_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

-- dbd: step # · E2
-- Documents analytics_daily_summary
COMMENT ON TABLE analytics_daily_summary IS 'Events per user and day, for the dashboard''s first page (KAN-29 E2)';

-- dbd: step # · E2
-- Adds two sets of counts
CREATE FUNCTION analytics_daily_summary_add(counts jsonb, more jsonb, factor integer) RETURNS jsonb
  LANGUAGE sql IMMUTABLE
  SET search_path = pg_catalog, pg_temp
AS $add$
  SELECT coalesce(jsonb_object_agg(key, total) FILTER (WHERE total <> 0), '{}')
  FROM (
    SELECT key, sum(times) AS total
    FROM (
      SELECT key, value::bigint FROM jsonb_each_text(counts)
      UNION ALL
      SELECT key, factor * value::bigint FROM jsonb_each_text(more)
    ) AS each (key, times)
    GROUP BY key
  ) AS totals
$add$;

-- dbd: step # · E2
-- Keeps analytics_daily_summary in step with analytics_events
CREATE FUNCTION analytics_daily_summary_keep() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = public, pg_temp
AS $keep$
DECLARE
  change record;
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO analytics_daily_summary AS kept (user_id, day, event_counts)
    SELECT user_id, day, jsonb_object_agg(counted, times) AS event_counts
    FROM (
      SELECT user_id, (created_at AT TIME ZONE 'UTC')::date AS day, event_type AS counted, count(*) AS times
      FROM added
      GROUP BY 1, 2, 3
    ) AS each
    GROUP BY 1, 2
    ORDER BY user_id, day
    ON CONFLICT (user_id, day) DO UPDATE SET
      event_counts = analytics_daily_summary_add(kept.event_counts, excluded.event_counts, 1);
    RETURN NULL;
  END IF;

  FOR change IN
    WITH left_behind AS (
      SELECT user_id, event_type, created_at FROM removed
      EXCEPT ALL
      SELECT user_id, event_type, created_at FROM added
    ), arrived AS (
      SELECT user_id, event_type, created_at FROM added
      EXCEPT ALL
      SELECT user_id, event_type, created_at FROM removed
    )
    SELECT user_id, day,
      gone.user_id IS NOT NULL AS has_gone,
      came.user_id IS NOT NULL AS has_come,
      gone.event_counts AS gone_event_counts,
      came.event_counts AS came_event_counts
    FROM (
      SELECT user_id, day, jsonb_object_agg(counted, times) AS event_counts
      FROM (
        SELECT user_id, (created_at AT TIME ZONE 'UTC')::date AS day, event_type AS counted, count(*) AS times
        FROM left_behind
        GROUP BY 1, 2, 3
      ) AS each
      GROUP BY 1, 2
    ) AS gone
    FULL JOIN (
      SELECT user_id, day, jsonb_object_agg(counted, times) AS event_counts
      FROM (
        SELECT user_id, (created_at AT TIME ZONE 'UTC')::date AS day, event_type AS counted, count(*) AS times
        FROM arrived
        GROUP BY 1, 2, 3
      ) AS each
      GROUP BY 1, 2
    ) AS came USING (user_id, day)
    ORDER BY user_id, day
  LOOP
    IF change.has_come THEN
      INSERT INTO analytics_daily_summary AS kept (user_id, day, event_counts)
      VALUES (change.user_id, change.day, change.came_event_counts)
      ON CONFLICT (user_id, day) DO UPDATE SET
        event_counts = analytics_daily_summary_add(kept.event_counts, excluded.event_counts, 1);
    END IF;
    IF change.has_gone THEN
      DELETE FROM analytics_daily_summary AS kept
      WHERE kept.user_id = change.user_id AND kept.day = change.day
        AND analytics_daily_summary_add(kept.event_counts, change.gone_event_counts, -1) = '{}';
      UPDATE analytics_daily_summary AS kept SET
        event_counts = analytics_daily_summary_add(kept.event_counts, change.gone_event_counts, -1)
      WHERE kept.user_id = change.user_id AND kept.day = change.day;
    END IF;
  END LOOP;

  RETURN NULL;
END
$keep$;

-- dbd: step # · E2
-- New rows reach analytics_daily_summary in the same transaction
CREATE TRIGGER analytics_daily_summary_keep_insert
  AFTER INSERT ON analytics_events
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION analytics_daily_summary_keep();

-- dbd: step # · E2
-- Changed rows reach analytics_daily_summary in the same transaction
CREATE TRIGGER analytics_daily_summary_keep_update
  AFTER UPDATE ON analytics_events
  REFERENCING OLD TABLE AS removed NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION analytics_daily_summary_keep();

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step # · P1
-- Says what users.email is and who reads it
COMMENT ON COLUMN users.email IS 'Address used to sign in, in lower case [class: personal; readers: app] (KAN-29 P1)';

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step # · P1
-- users for those who may not see email
CREATE VIEW users_masked WITH (security_barrier = true) AS
SELECT
  id,
  '***@' || split_part(email, '@', 2) AS email,
  name,
  created_at,
  updated_at
FROM users;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step # · P1
-- Documents users_masked
COMMENT ON VIEW users_masked IS 'users with email masked (KAN-29 P1)';

COMMIT;
