-- Rights of DESK-12. The owner of the tables or an administrator runs this after the change; it may run again:
-- one transaction, so that nobody is without rights meanwhile.
-- Each right names the access patterns and claims that need it; what is not granted here is refused.

BEGIN;

-- New objects begin with no right for anybody
REVOKE ALL ON TABLE messages, messages_archive, outbox, priorities, tenant_usage, tickets, live_tickets, members_masked FROM PUBLIC, desk_app, desk_analyst, desk_migrator;

-- desk_app
GRANT USAGE ON SCHEMA public TO desk_app;
GRANT SELECT, INSERT ON TABLE tickets TO desk_app; -- Q1, Q3
GRANT SELECT, INSERT ON TABLE messages TO desk_app; -- Q2, Q4
GRANT SELECT ON TABLE members TO desk_app; -- members_of_account, sign_in
GRANT SELECT ON TABLE accounts TO desk_app; -- sign_in

-- desk_analyst
GRANT USAGE ON SCHEMA public TO desk_analyst;
GRANT SELECT (id, account_id, ticket_id, sent_at) ON TABLE messages TO desk_analyst; -- P2
GRANT SELECT ON TABLE priorities TO desk_analyst;
GRANT SELECT ON TABLE tickets TO desk_analyst;
GRANT SELECT (id, account_id, name, created_at) ON TABLE members TO desk_analyst; -- P1
GRANT SELECT ON TABLE members_masked TO desk_analyst; -- P1

COMMIT;

-- No access pattern uses messages_archive, outbox, priorities, tenant_usage, so desk_app gets no right there.
