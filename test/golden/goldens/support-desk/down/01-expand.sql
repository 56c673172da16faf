-- dbd: change DESK-12 · DESK-12 Tickets for every customer, kept apart
-- dbd: lock_timeout 250
-- A transaction that does not get its lock in that time is rolled back: run it again, from its boundary on.

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 62
ALTER TABLE tenant_usage DISABLE ROW LEVEL SECURITY;

-- dbd: undo 60
ALTER TABLE messages_archive NO FORCE ROW LEVEL SECURITY;

-- dbd: undo 59
ALTER TABLE messages_archive DISABLE ROW LEVEL SECURITY;

-- dbd: undo 57
DROP TRIGGER tickets_outbox_truncate ON tickets;

-- dbd: undo 56
DROP TRIGGER tickets_outbox ON tickets;

-- dbd: undo 54
DROP FUNCTION tickets_outbox;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 52
DROP VIEW members_masked;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 51
COMMENT ON COLUMN members.email IS NULL;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 50
ALTER TABLE messages NO FORCE ROW LEVEL SECURITY;

-- dbd: undo 49
ALTER TABLE messages DISABLE ROW LEVEL SECURITY;

-- dbd: undo 47
DROP TRIGGER messages_account_id_ticket_id_alive_change ON messages;

-- dbd: undo 46
DROP TRIGGER messages_account_id_ticket_id_alive ON messages;

-- dbd: undo 44
DROP FUNCTION messages_account_id_ticket_id_guard;

-- dbd: undo 43
ALTER TABLE tickets NO FORCE ROW LEVEL SECURITY;

-- dbd: undo 42
ALTER TABLE tickets DISABLE ROW LEVEL SECURITY;

-- dbd: undo 40
DROP TRIGGER tickets_keep_tenant ON tickets;

-- dbd: undo 39
DROP FUNCTION tickets_keep_tenant;

-- dbd: undo 38
DROP TRIGGER tickets_count_none ON tickets;

-- dbd: undo 37
DROP TRIGGER tickets_count_less ON tickets;

-- dbd: undo 36
DROP TRIGGER tickets_count_more ON tickets;

-- dbd: undo 34
DROP FUNCTION tickets_count;

-- dbd: undo 33
DROP TRIGGER tickets_delete_alone ON tickets;

-- dbd: undo 31
DROP FUNCTION tickets_delete_alone;

-- dbd: undo 30
DROP TRIGGER tickets_status_moves ON tickets;

-- dbd: undo 29
DROP TRIGGER tickets_status_start ON tickets;

-- dbd: undo 28
DROP FUNCTION tickets_status_guard;

-- dbd: undo 27
DROP TRIGGER tickets_version ON tickets;

-- dbd: undo 26
DROP FUNCTION tickets_raise_version;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 25
DROP VIEW live_tickets;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 19
DROP TABLE messages;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 11
DROP TABLE tickets;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 9
DROP TABLE tenant_usage;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 6
DROP TABLE messages_archive;

-- dbd: undo 3
DROP TABLE outbox;

-- dbd: undo 1
DROP TABLE priorities;

COMMIT;
