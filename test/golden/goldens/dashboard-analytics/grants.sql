-- Rights of KAN-29. The owner of the tables or an administrator runs this after the change; it may run again:
-- one transaction, so that nobody is without rights meanwhile.
-- Each right names the access patterns and claims that need it; what is not granted here is refused.

BEGIN;

-- New objects begin with no right for anybody
REVOKE ALL ON TABLE analytics_daily_summary, analytics_events, users_masked FROM PUBLIC, app, app_readonly, app_migrator;
REVOKE ALL ON FUNCTION analytics_daily_summary_add(counts jsonb, more jsonb, factor integer) FROM PUBLIC, app, app_readonly, app_migrator;

-- app
GRANT USAGE ON SCHEMA public TO app;
GRANT SELECT, INSERT ON TABLE analytics_events TO app; -- Q1, Q2, Q3
GRANT SELECT, UPDATE ON TABLE users TO app; -- Q1, session_by_token, user_by_email, rename_user, newest_users
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE analytics_daily_summary TO app; -- Q3, Q4
GRANT SELECT, UPDATE, INSERT ON TABLE sessions TO app; -- session_by_token, touch_session, open_session
GRANT SELECT ON TABLE dashboards TO app; -- dashboards_of_user
GRANT SELECT, UPDATE ON TABLE widgets TO app; -- widgets_of_dashboard, move_widget
GRANT EXECUTE ON FUNCTION analytics_daily_summary_add(counts jsonb, more jsonb, factor integer) TO app;

-- app_readonly
GRANT USAGE ON SCHEMA public TO app_readonly;
GRANT SELECT ON TABLE analytics_daily_summary TO app_readonly;
GRANT SELECT ON TABLE analytics_events TO app_readonly;
GRANT SELECT (id, name, created_at, updated_at) ON TABLE users TO app_readonly; -- P1
GRANT SELECT ON TABLE users_masked TO app_readonly; -- P1

COMMIT;
