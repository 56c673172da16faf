-- Rights of IOT-4. The owner of the tables or an administrator runs this after the change; it may run again:
-- one transaction, so that nobody is without rights meanwhile.
-- Each right names the access patterns and claims that need it; what is not granted here is refused.

BEGIN;

-- New objects begin with no right for anybody
REVOKE ALL ON TABLE calibrations, readings, readings_hourly, readings_hourly_changes, readings_load, readings_load_error, current_calibrations FROM PUBLIC, plant_app, plant_reports, plant_migrator;
REVOKE ALL ON FUNCTION change_calibration(changed public.calibrations, since timestamp with time zone) FROM PUBLIC, plant_app, plant_reports, plant_migrator;
REVOKE ALL ON FUNCTION readings_hourly_refresh() FROM PUBLIC, plant_app, plant_reports, plant_migrator;
REVOKE ALL ON FUNCTION readings_partitions(ahead integer) FROM PUBLIC, plant_app, plant_reports, plant_migrator;
REVOKE ALL ON PROCEDURE report_readings(INOUT loaded bigint, INOUT failed bigint, IN batch integer) FROM PUBLIC, plant_app, plant_reports, plant_migrator;

-- plant_app
GRANT USAGE ON SCHEMA public TO plant_app;
GRANT SELECT, INSERT, UPDATE ON TABLE readings TO plant_app; -- Q1, F1, Q3
GRANT SELECT ON TABLE readings_hourly TO plant_app; -- Q2
GRANT SELECT ON TABLE sensors TO plant_app; -- sensors_of_site
GRANT SELECT, DELETE, UPDATE, INSERT ON TABLE readings_load TO plant_app; -- F1
GRANT SELECT, INSERT, UPDATE ON TABLE readings_load_error TO plant_app; -- F1
GRANT EXECUTE ON FUNCTION change_calibration(changed public.calibrations, since timestamp with time zone) TO plant_app;
GRANT EXECUTE ON PROCEDURE report_readings(INOUT loaded bigint, INOUT failed bigint, IN batch integer) TO plant_app;

-- plant_reports
GRANT USAGE ON SCHEMA public TO plant_reports;
GRANT SELECT ON TABLE calibrations TO plant_reports;
GRANT SELECT ON TABLE readings TO plant_reports;
GRANT SELECT ON TABLE readings_hourly TO plant_reports;

COMMIT;

-- No access pattern uses calibrations, readings_hourly_changes, so plant_app gets no right there.
