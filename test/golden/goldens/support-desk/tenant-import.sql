-- Brings the files of tenant-export.sql into a database with the same structure, as a role past row security
-- (COPY FROM knows none) that may alter its tables:
--   psql -v ON_ERROR_STOP=1 -v tenant=42 -f tenant-import.sql
-- Rows of priorities belong to nobody alone: those that are referred to must be there.
-- Triggers rest, since what they wrote comes along; foreign keys and checks do not.
BEGIN;
SELECT set_config('app.tenant', :'tenant', true);
ALTER TABLE messages_archive DISABLE TRIGGER USER;
ALTER TABLE accounts DISABLE TRIGGER USER;
ALTER TABLE members DISABLE TRIGGER USER;
ALTER TABLE tenant_usage DISABLE TRIGGER USER;
ALTER TABLE tickets DISABLE TRIGGER USER;
ALTER TABLE messages DISABLE TRIGGER USER;
\copy messages_archive (id, account_id, ticket_id, body, sent_at, archived_at) FROM 'public.messages_archive.copy'
\copy accounts (id, name, plan, created_at) FROM 'public.accounts.copy'
\copy members (id, account_id, email, name, created_at) FROM 'public.members.copy'
\copy tenant_usage (account_id, counted, kept) FROM 'public.tenant_usage.copy'
\copy tickets (id, account_id, requester_id, priority_name, subject, status, labels, context, created_at, deleted_at, version) FROM 'public.tickets.copy'
\copy messages (id, account_id, ticket_id, body, sent_at) FROM 'public.messages.copy'
ALTER TABLE messages_archive ENABLE TRIGGER USER;
ALTER TABLE accounts ENABLE TRIGGER USER;
ALTER TABLE members ENABLE TRIGGER USER;
ALTER TABLE tenant_usage ENABLE TRIGGER USER;
ALTER TABLE tickets ENABLE TRIGGER USER;
ALTER TABLE messages ENABLE TRIGGER USER;
SELECT setval(pg_get_serial_sequence('members', 'id'), greatest((SELECT max(id) FROM members), 1));
SELECT setval(pg_get_serial_sequence('tickets', 'id'), greatest((SELECT max(id) FROM tickets), 1));
SELECT setval(pg_get_serial_sequence('messages', 'id'), greatest((SELECT max(id) FROM messages), 1));
COMMIT;
