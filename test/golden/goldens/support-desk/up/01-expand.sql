-- dbd: change DESK-12 · DESK-12 Tickets for every customer, kept apart
-- dbd: lock_timeout 250
-- A transaction that does not get its lock in that time is rolled back: run it again, from its boundary on.

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step # · E1
-- How urgent a ticket is [class: internal; owner: support-platform]
CREATE TABLE priorities (
  name          text     NOT NULL,
  answer_within interval NOT NULL,
  CONSTRAINT priorities_pkey PRIMARY KEY (name),
  CONSTRAINT priorities_name_length CHECK (char_length(name) <= 20)
);

-- dbd: step # · E1
-- Documents priorities
COMMENT ON TABLE priorities IS 'How urgent a ticket is [class: internal; owner: support-platform] (DESK-12 E1)';

-- dbd: step # · E2
-- Messages that wait for a consumer, oldest first; what was taken is gone
CREATE TABLE outbox (
  id         bigint      GENERATED ALWAYS AS IDENTITY,
  topic      text        NOT NULL,
  key        jsonb       NOT NULL,
  operation  text        NOT NULL,
  payload    jsonb       NOT NULL,
  written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT outbox_pkey PRIMARY KEY (id),
  CONSTRAINT outbox_operation_check CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE'))
);

-- dbd: step # · E2
-- Finds the oldest message about a row, so that messages about one row are taken in order
CREATE INDEX outbox_topic_key_id_idx ON outbox (topic, key, id);

-- dbd: step # · E2
-- Documents outbox
COMMENT ON TABLE outbox IS 'Messages that wait for a consumer, oldest first; what was taken is gone (DESK-12 E2)';

-- dbd: step # · C1 P2
-- Rows of messages that were older than 24 months
CREATE TABLE messages_archive (
  id          bigint      NOT NULL,
  account_id  uuid        NOT NULL,
  ticket_id   bigint      NOT NULL,
  body        text        NOT NULL,
  sent_at     timestamptz NOT NULL,
  archived_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT messages_archive_pkey PRIMARY KEY (id)
);

-- dbd: step # · C1
-- Documents messages_archive
COMMENT ON TABLE messages_archive IS 'Rows of messages that were older than 24 months (DESK-12 C1)';

-- dbd: step # · C1 P2
-- Documents body
COMMENT ON COLUMN messages_archive.body IS '[class: personal; purpose: To answer tickets; readers: desk_app] (DESK-12 P2)';

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step # · tenancy
-- Rows of each tenant in tables with a limit, kept by their triggers
CREATE TABLE tenant_usage (
  account_id uuid   NOT NULL,
  counted    text   NOT NULL,
  kept       bigint NOT NULL,
  CONSTRAINT tenant_usage_pkey PRIMARY KEY (account_id, counted),
  CONSTRAINT tenant_usage_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
  CONSTRAINT tenant_usage_kept_check CHECK (kept >= 0)
);

-- dbd: step # · tenancy
-- Documents tenant_usage
COMMENT ON TABLE tenant_usage IS 'Rows of each tenant in tables with a limit, kept by their triggers (DESK-12 tenancy)';

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step # · E2 L1 L2 L3 R1
-- What a customer asks for [class: confidential; owner: support-platform]
CREATE TABLE tickets (
  id            bigint      GENERATED ALWAYS AS IDENTITY,
  account_id    uuid        NOT NULL,
  requester_id  bigint      NOT NULL,
  priority_name text        NOT NULL,
  subject       text        NOT NULL,
  status        text        NOT NULL DEFAULT 'open',
  labels        text[],
  context       jsonb,
  created_at    timestamptz NOT NULL DEFAULT now(),
  deleted_at    timestamptz,
  version       integer     NOT NULL DEFAULT 1,
  CONSTRAINT tickets_pkey PRIMARY KEY (id),
  CONSTRAINT tickets_account_id_id_key UNIQUE (account_id, id),
  CONSTRAINT tickets_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
  CONSTRAINT tickets_requester_id_fkey FOREIGN KEY (account_id, requester_id) REFERENCES members (account_id, id) ON DELETE RESTRICT,
  CONSTRAINT tickets_priority_name_fkey FOREIGN KEY (priority_name) REFERENCES priorities (name),
  CONSTRAINT tickets_subject_length CHECK (char_length(subject) <= 200),
  CONSTRAINT tickets_status_check CHECK (status IN ('open', 'pending', 'solved', 'closed')),
  CONSTRAINT tickets_labels_check CHECK (labels <@ ARRAY['billing', 'bug', 'question', 'wish']::text[] AND cardinality(labels) = ('billing' = ANY (labels))::int + ('bug' = ANY (labels))::int + ('question' = ANY (labels))::int + ('wish' = ANY (labels))::int),
  CONSTRAINT tickets_context_shape CHECK (context IS NULL OR (jsonb_typeof(context) = 'object'
    AND coalesce(jsonb_typeof(context -> 'browser') IN ('string', 'null'), true)
    AND coalesce(jsonb_typeof(context -> 'page') = 'string', false)
    AND coalesce(jsonb_typeof(context -> 'attempts') IN ('number', 'null'), true) AND CASE WHEN jsonb_typeof(context -> 'attempts') = 'number' THEN (context ->> 'attempts')::numeric = trunc((context ->> 'attempts')::numeric) ELSE true END)),
  CONSTRAINT tickets_a_subject_is_never_blank CHECK (btrim(subject) <> '')
);

-- dbd: step # · L2
-- Without it, each delete in members reads all of tickets
CREATE INDEX tickets_requester_id_idx ON tickets (account_id, requester_id);

-- dbd: step # · L3
-- Without it, each delete in priorities reads all of tickets
CREATE INDEX tickets_priority_name_idx ON tickets (priority_name);

-- dbd: step # · E2
-- Documents tickets
COMMENT ON TABLE tickets IS 'What a customer asks for [class: confidential; owner: support-platform] (DESK-12 E2)';

-- dbd: step # · E2
-- Documents deleted_at
COMMENT ON COLUMN tickets.deleted_at IS 'When the row was deleted; empty while it is alive';

-- dbd: step # · E2
-- Documents version
COMMENT ON COLUMN tickets.version IS 'Raised by every update; an update that gives the version it has read finds no row once another has written';

-- dbd: step # · R1
-- Documents tickets_a_subject_is_never_blank
COMMENT ON CONSTRAINT tickets_a_subject_is_never_blank ON tickets IS 'R1: A subject is never blank';

-- dbd: step # · E2
-- Documents tickets_account_id_id_key
COMMENT ON CONSTRAINT tickets_account_id_id_key ON tickets IS 'References of the same tenant lead here';

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step # · E3 L4 L5 P2
-- One answer in a ticket's conversation [class: confidential; owner: support-platform; retention:
-- 24 months, then archive]
CREATE TABLE messages (
  id         bigint      GENERATED ALWAYS AS IDENTITY,
  account_id uuid        NOT NULL,
  ticket_id  bigint      NOT NULL,
  body       text        NOT NULL,
  sent_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT messages_pkey PRIMARY KEY (id),
  CONSTRAINT messages_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts (id) ON DELETE CASCADE,
  CONSTRAINT messages_ticket_id_fkey FOREIGN KEY (account_id, ticket_id) REFERENCES tickets (account_id, id) ON DELETE CASCADE
);

-- dbd: step # · L5
-- Without it, each delete in tickets reads all of messages
CREATE INDEX messages_ticket_id_idx ON messages (account_id, ticket_id);

-- dbd: step # · C1
-- The purge finds old rows without reading the young ones; a few pages, because rows arrive in
-- order of time
CREATE INDEX messages_sent_at_idx ON messages USING brin (sent_at);

-- dbd: step # · E3
-- Documents messages
COMMENT ON TABLE messages IS 'One answer in a ticket''s conversation [class: confidential; owner: support-platform; retention: 24 months, then archive] (DESK-12 E3)';

-- dbd: step # · E3 P2
-- Documents body
COMMENT ON COLUMN messages.body IS '[class: personal; purpose: To answer tickets; readers: desk_app] (DESK-12 P2)';

-- dbd: step # · E1
-- The 3 rows that priorities is made of
INSERT INTO priorities (name, answer_within)
VALUES
  ('low', '3 days'),
  ('normal', '1 day'),
  ('urgent', '1 hour')
ON CONFLICT (name) DO UPDATE SET answer_within = excluded.answer_within
WHERE (priorities.answer_within) IS DISTINCT FROM (excluded.answer_within);

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step # · E2
-- Rows of tickets that are not deleted
CREATE VIEW live_tickets WITH (security_invoker = true) AS
SELECT *
FROM tickets
WHERE deleted_at IS NULL;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step # · E2
-- Raises the version of tickets by one
CREATE FUNCTION tickets_raise_version() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF NEW.version IS NULL OR NEW.version NOT IN (OLD.version, OLD.version + 1) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      MESSAGE = format('the row has version %s: it becomes %s, not %s', OLD.version, OLD.version + 1, NEW.version),
      SCHEMA = 'public',
      TABLE = 'tickets',
      COLUMN = 'version',
      CONSTRAINT = 'tickets_version',
      HINT = 'Read the row again, and update it WHERE version = the version that was read.';
  END IF;
  NEW.version := OLD.version + 1;
  RETURN NEW;
END
$body$;

-- dbd: step # · E2
-- No update of tickets leaves the version as it was
CREATE TRIGGER tickets_version
  BEFORE UPDATE ON tickets
  FOR EACH ROW
  EXECUTE FUNCTION tickets_raise_version();

-- dbd: step # · E2
-- Says which status may follow which
CREATE FUNCTION tickets_status_guard() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF TG_OP = 'INSERT' THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      MESSAGE = format('a new row begins as %s, not as %s', 'open', NEW.status),
      SCHEMA = 'public',
      TABLE = 'tickets',
      COLUMN = 'status',
      CONSTRAINT = 'tickets_status_start';
  END IF;
  IF (OLD.status::text, NEW.status::text) NOT IN (
    ('open', 'pending'),
    ('open', 'solved'),
    ('pending', 'open'),
    ('pending', 'solved'),
    ('solved', 'open'),
    ('solved', 'closed')
  ) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      MESSAGE = format('%s may not follow %s', NEW.status, OLD.status),
      SCHEMA = 'public',
      TABLE = 'tickets',
      COLUMN = 'status',
      CONSTRAINT = 'tickets_status_moves';
  END IF;
  RETURN NULL;
END
$body$;

-- dbd: step # · E2
-- A row of tickets begins as open
CREATE TRIGGER tickets_status_start
  AFTER INSERT ON tickets
  FOR EACH ROW
  WHEN (NEW.status IS DISTINCT FROM 'open')
  EXECUTE FUNCTION tickets_status_guard();

-- dbd: step # · E2
-- status of tickets moves along the declared ways only
CREATE TRIGGER tickets_status_moves
  AFTER UPDATE ON tickets
  FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION tickets_status_guard();

-- dbd: step # · E2
-- Waits for rows that begin to refer to a row of tickets, and lets no other begin
CREATE FUNCTION tickets_delete_alone() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  PERFORM FROM public.tickets AS kept
  WHERE kept.id = OLD.id
  FOR UPDATE;
  RETURN NEW;
END
$body$;

-- dbd: step # · E2
-- It runs with the rights of its owner: nobody else may use it in a trigger of theirs
REVOKE ALL ON FUNCTION tickets_delete_alone() FROM PUBLIC;

-- dbd: step # · E2
-- A soft deletion excludes new references as a real one does
CREATE TRIGGER tickets_delete_alone
  BEFORE UPDATE ON tickets
  FOR EACH ROW
  WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)
  EXECUTE FUNCTION tickets_delete_alone();

-- dbd: step # · tenancy
-- Counts the rows of each tenant in tickets and refuses more than 100000; it runs as its owner, so
-- that no tenant can change its count
CREATE FUNCTION tickets_count() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  change record;
  total bigint;
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM public.tenant_usage WHERE counted = 'tickets';
  ELSIF TG_OP = 'DELETE' THEN
    FOR change IN SELECT account_id AS tenant, count(*) AS n FROM removed GROUP BY 1 ORDER BY 1 LOOP
      UPDATE public.tenant_usage SET kept = kept - change.n
      WHERE account_id = change.tenant AND counted = 'tickets';
    END LOOP;
  ELSE
    FOR change IN SELECT account_id AS tenant, count(*) AS n FROM added GROUP BY 1 ORDER BY 1 LOOP
      -- The counter's row is locked until the end of the transaction: the next writer of this tenant waits and counts on.
      INSERT INTO public.tenant_usage AS usage (account_id, counted, kept)
      VALUES (change.tenant, 'tickets', change.n)
      ON CONFLICT (account_id, counted) DO UPDATE SET kept = usage.kept + excluded.kept
      RETURNING usage.kept INTO total;
      IF total > 100000 THEN
        RAISE EXCEPTION USING
          ERRCODE = 'check_violation',
          CONSTRAINT = 'tickets_quota',
          TABLE = 'tickets',
          MESSAGE = 'a tenant keeps at most 100000 rows in tickets';
      END IF;
    END LOOP;
  END IF;
  RETURN NULL;
END
$body$;

-- dbd: step # · tenancy
-- It runs with the rights of its owner: nobody else may use it in a trigger of theirs
REVOKE ALL ON FUNCTION tickets_count() FROM PUBLIC;

-- dbd: step # · tenancy
-- Keeps the count of tickets right
CREATE TRIGGER tickets_count_more
  AFTER INSERT ON tickets
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION tickets_count();

-- dbd: step # · tenancy
-- Keeps the count of tickets right
CREATE TRIGGER tickets_count_less
  AFTER DELETE ON tickets
  REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION tickets_count();

-- dbd: step # · tenancy
-- Keeps the count of tickets right
CREATE TRIGGER tickets_count_none
  AFTER TRUNCATE ON tickets
  FOR EACH STATEMENT EXECUTE FUNCTION tickets_count();

-- dbd: step # · tenancy
-- A row of tickets stays with its tenant, and in its count
CREATE FUNCTION tickets_keep_tenant() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'check_violation',
    CONSTRAINT = TG_NAME,
    TABLE = TG_TABLE_NAME,
    MESSAGE = 'a row stays with its tenant';
END
$body$;

-- dbd: step # · tenancy
-- Refuses another tenant
CREATE TRIGGER tickets_keep_tenant
  BEFORE UPDATE OF account_id ON tickets
  FOR EACH ROW WHEN (OLD.account_id IS DISTINCT FROM NEW.account_id)
  EXECUTE FUNCTION tickets_keep_tenant();

-- dbd: step # · E2 tenancy
-- A session works for the tenant in app.tenant; without the setting it sees nothing
CREATE POLICY tickets_tenant ON tickets
  USING (account_id = (SELECT nullif(current_setting('app.tenant', true), '')::uuid))
  WITH CHECK (account_id = (SELECT nullif(current_setting('app.tenant', true), '')::uuid));

-- dbd: step # · E2 tenancy
-- Rows of tickets are seen and written as the policy allows
ALTER TABLE tickets ENABLE ROW LEVEL SECURITY;

-- dbd: step # · E2 tenancy
-- The owner is bound too: many applications sign in as the owner of their tables
ALTER TABLE tickets FORCE ROW LEVEL SECURITY;

-- dbd: step # · L5
-- Looks whether the row of tickets lives, and keeps it from being deleted meanwhile
CREATE FUNCTION messages_account_id_ticket_id_guard() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
  deleted timestamptz;
BEGIN
  IF row_security_active('public.tickets'::regclass)
    AND NEW.account_id IS DISTINCT FROM (SELECT nullif(current_setting('app.tenant', true), '')::uuid) THEN
    RAISE EXCEPTION USING
      ERRCODE = '42501',
      MESSAGE = 'the owner of the function may not see the rows of this tenant',
      SCHEMA = 'public',
      TABLE = 'tickets',
      CONSTRAINT = 'tickets_tenant',
      HINT = 'Set app.tenant to the tenant of the row.';
  END IF;
  SELECT parent.deleted_at INTO deleted
  FROM public.tickets AS parent
  WHERE parent.account_id = NEW.account_id AND parent.id = NEW.ticket_id
  FOR KEY SHARE;
  IF deleted IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = '23503',
      MESSAGE = 'the row of tickets is deleted',
      SCHEMA = 'public',
      TABLE = 'messages',
      COLUMN = 'account_id',
      CONSTRAINT = 'messages_account_id_ticket_id_alive';
  END IF;
  RETURN NULL;
END
$body$;

-- dbd: step # · L5
-- It runs with the rights of its owner: nobody else may use it in a trigger of theirs
REVOKE ALL ON FUNCTION messages_account_id_ticket_id_guard() FROM PUBLIC;

-- dbd: step # · L5
-- No new row of messages refers to a deleted one
CREATE TRIGGER messages_account_id_ticket_id_alive
  AFTER INSERT ON messages
  FOR EACH ROW
  WHEN (NEW.account_id IS NOT NULL AND NEW.ticket_id IS NOT NULL)
  EXECUTE FUNCTION messages_account_id_ticket_id_guard();

-- dbd: step # · L5
-- Nor does a changed one
CREATE TRIGGER messages_account_id_ticket_id_alive_change
  AFTER UPDATE ON messages
  FOR EACH ROW
  WHEN ((OLD.account_id IS DISTINCT FROM NEW.account_id OR OLD.ticket_id IS DISTINCT FROM NEW.ticket_id) AND NEW.account_id IS NOT NULL AND NEW.ticket_id IS NOT NULL)
  EXECUTE FUNCTION messages_account_id_ticket_id_guard();

-- dbd: step # · E3 tenancy
-- A session works for the tenant in app.tenant; without the setting it sees nothing
CREATE POLICY messages_tenant ON messages
  USING (account_id = (SELECT nullif(current_setting('app.tenant', true), '')::uuid))
  WITH CHECK (account_id = (SELECT nullif(current_setting('app.tenant', true), '')::uuid));

-- dbd: step # · E3 tenancy
-- Rows of messages are seen and written as the policy allows
ALTER TABLE messages ENABLE ROW LEVEL SECURITY;

-- dbd: step # · E3 tenancy
-- The owner is bound too: many applications sign in as the owner of their tables
ALTER TABLE messages FORCE ROW LEVEL SECURITY;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step # · P1
-- Says what members.email is and who reads it
COMMENT ON COLUMN members.email IS '[class: personal; purpose: To answer tickets; readers: desk_app] (DESK-12 P1)';

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step # · P1
-- members for those who may not see email
CREATE VIEW members_masked WITH (security_barrier = true) AS
SELECT
  id,
  account_id,
  '***@' || split_part(email, '@', 2) AS email,
  name,
  created_at
FROM members;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step # · P1
-- Documents members_masked
COMMENT ON VIEW members_masked IS 'members with email masked (DESK-12 P1)';

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step # · E2
-- Writes a message about each changed row of tickets, in the same transaction
CREATE FUNCTION tickets_outbox() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    IF row_security_active('public.tickets'::regclass) THEN
      RAISE EXCEPTION USING
        ERRCODE = '42501',
        MESSAGE = 'TRUNCATE takes the rows of all tenants, and those of one at most could be told of',
        SCHEMA = 'public',
        TABLE = 'tickets',
        CONSTRAINT = 'tickets_truncate',
        HINT = 'DELETE the rows of each tenant.';
    END IF;
    INSERT INTO public.outbox (topic, key, operation, payload)
    SELECT 'tickets', jsonb_build_object('id', gone.id), 'DELETE', to_jsonb(gone)
    FROM public.tickets AS gone;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO public.outbox (topic, key, operation, payload)
    VALUES ('tickets', jsonb_build_object('id', OLD.id), TG_OP, to_jsonb(OLD));
  ELSIF TG_OP = 'INSERT' THEN
    INSERT INTO public.outbox (topic, key, operation, payload)
    VALUES ('tickets', jsonb_build_object('id', NEW.id), TG_OP, to_jsonb(NEW));
  ELSIF OLD *<> NEW THEN
    INSERT INTO public.outbox (topic, key, operation, payload)
    VALUES ('tickets', jsonb_build_object('id', NEW.id), TG_OP, to_jsonb(NEW));
  END IF;
  RETURN NULL;
END
$body$;

-- dbd: step # · E2
-- It runs with the rights of its owner: nobody else may use it in a trigger of theirs
REVOKE ALL ON FUNCTION tickets_outbox() FROM PUBLIC;

-- dbd: step # · E2
-- Every change of tickets becomes a message, or neither happens
CREATE TRIGGER tickets_outbox
  AFTER INSERT OR UPDATE OR DELETE ON tickets
  FOR EACH ROW
  EXECUTE FUNCTION tickets_outbox();

-- dbd: step # · E2
-- Rows that are truncated are told like deleted ones
CREATE TRIGGER tickets_outbox_truncate
  BEFORE TRUNCATE ON tickets
  FOR EACH STATEMENT
  EXECUTE FUNCTION tickets_outbox();

-- dbd: step # · C1 tenancy
-- A session works for the tenant in app.tenant; without the setting it sees nothing
CREATE POLICY messages_archive_tenant ON messages_archive
  USING (account_id = (SELECT nullif(current_setting('app.tenant', true), '')::uuid))
  WITH CHECK (account_id = (SELECT nullif(current_setting('app.tenant', true), '')::uuid));

-- dbd: step # · C1 tenancy
-- Rows of messages_archive are seen and written as the policy allows
ALTER TABLE messages_archive ENABLE ROW LEVEL SECURITY;

-- dbd: step # · C1 tenancy
-- The owner is bound too: many applications sign in as the owner of their tables
ALTER TABLE messages_archive FORCE ROW LEVEL SECURITY;

-- dbd: step # · tenancy
-- A session works for the tenant in app.tenant; without the setting it sees nothing
CREATE POLICY tenant_usage_tenant ON tenant_usage
  USING (account_id = (SELECT nullif(current_setting('app.tenant', true), '')::uuid))
  WITH CHECK (account_id = (SELECT nullif(current_setting('app.tenant', true), '')::uuid));

-- dbd: step # · tenancy
-- Rows of tenant_usage are seen and written as the policy allows
ALTER TABLE tenant_usage ENABLE ROW LEVEL SECURITY;

COMMIT;
