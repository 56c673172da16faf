-- One tenant's rows of DESK-12, a file per table, all from one moment:
--   psql -v ON_ERROR_STOP=1 -v tenant=42 -f tenant-export.sql
-- Row security would leave out rows of other tenants even if a condition below were wrong, unless the role is past it.
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT set_config('app.tenant', :'tenant', true);
COPY (SELECT id, account_id, ticket_id, body, sent_at, archived_at FROM messages_archive WHERE account_id = :'tenant') TO STDOUT \g 'public.messages_archive.copy'
COPY (SELECT id, name, plan, created_at FROM accounts WHERE id = :'tenant') TO STDOUT \g 'public.accounts.copy'
COPY (SELECT id, account_id, email, name, created_at FROM members WHERE account_id = :'tenant') TO STDOUT \g 'public.members.copy'
COPY (SELECT account_id, counted, kept FROM tenant_usage WHERE account_id = :'tenant') TO STDOUT \g 'public.tenant_usage.copy'
COPY (SELECT id, account_id, requester_id, priority_name, subject, status, labels, context, created_at, deleted_at, version FROM tickets WHERE account_id = :'tenant') TO STDOUT \g 'public.tickets.copy'
COPY (SELECT id, account_id, ticket_id, body, sent_at FROM messages WHERE account_id = :'tenant') TO STDOUT \g 'public.messages.copy'
COMMIT;
