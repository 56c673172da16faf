-- dbd: change DESK-12 · DESK-12 Tickets for every customer, kept apart
-- dbd: lock_timeout 250
-- A transaction that does not get its lock in that time is rolled back: run it again, from its boundary on.

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
ALTER TABLE tenant_usage DISABLE ROW LEVEL SECURITY;

-- dbd: undo #
ALTER TABLE messages_archive NO FORCE ROW LEVEL SECURITY;

-- dbd: undo #
ALTER TABLE messages_archive DISABLE ROW LEVEL SECURITY;

-- dbd: undo #
DROP TRIGGER tickets_outbox_truncate ON tickets;

-- dbd: undo #
DROP TRIGGER tickets_outbox ON tickets;

-- dbd: undo #
DROP FUNCTION tickets_outbox;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
DROP VIEW members_masked;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
COMMENT ON COLUMN members.email IS NULL;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
ALTER TABLE messages NO FORCE ROW LEVEL SECURITY;

-- dbd: undo #
ALTER TABLE messages DISABLE ROW LEVEL SECURITY;

-- dbd: undo #
DROP TRIGGER messages_account_id_ticket_id_alive_change ON messages;

-- dbd: undo #
DROP TRIGGER messages_account_id_ticket_id_alive ON messages;

-- dbd: undo #
DROP FUNCTION messages_account_id_ticket_id_guard;

-- dbd: undo #
ALTER TABLE tickets NO FORCE ROW LEVEL SECURITY;

-- dbd: undo #
ALTER TABLE tickets DISABLE ROW LEVEL SECURITY;

-- dbd: undo #
DROP TRIGGER tickets_keep_tenant ON tickets;

-- dbd: undo #
DROP FUNCTION tickets_keep_tenant;

-- dbd: undo #
DROP TRIGGER tickets_count_none ON tickets;

-- dbd: undo #
DROP TRIGGER tickets_count_less ON tickets;

-- dbd: undo #
DROP TRIGGER tickets_count_more ON tickets;

-- dbd: undo #
DROP FUNCTION tickets_count;

-- dbd: undo #
DROP TRIGGER tickets_delete_alone ON tickets;

-- dbd: undo #
DROP FUNCTION tickets_delete_alone;

-- dbd: undo #
DROP TRIGGER tickets_status_moves ON tickets;

-- dbd: undo #
DROP TRIGGER tickets_status_start ON tickets;

-- dbd: undo #
DROP FUNCTION tickets_status_guard;

-- dbd: undo #
DROP TRIGGER tickets_version ON tickets;

-- dbd: undo #
DROP FUNCTION tickets_raise_version;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
DROP VIEW live_tickets;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
DROP TABLE messages;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
DROP TABLE tickets;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
DROP TABLE tenant_usage;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
DROP TABLE messages_archive;

-- dbd: undo #
DROP TABLE outbox;

-- dbd: undo #
DROP TABLE priorities;

COMMIT;
