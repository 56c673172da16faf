-- Deletes a tenant of DESK-12 with all its rows; export it first, this cannot be taken back:
--   psql -v ON_ERROR_STOP=1 -v tenant=42 -f tenant-delete.sql
BEGIN;
SELECT set_config('app.tenant', :'tenant', true);
DELETE FROM messages WHERE account_id = :'tenant';
DELETE FROM tickets WHERE account_id = :'tenant';
DELETE FROM tenant_usage WHERE account_id = :'tenant';
DELETE FROM members WHERE account_id = :'tenant';
DELETE FROM accounts WHERE id = :'tenant';
ALTER TABLE messages_archive DISABLE TRIGGER USER;
DELETE FROM messages_archive WHERE account_id = :'tenant';
ALTER TABLE messages_archive ENABLE TRIGGER USER;
COMMIT;
