-- Development data of IOT-4: 112 made-up rows in 4 tables.
-- People, addresses and accounts are of nobody. Load the reference data first, and only into a fresh database;
-- one that says SET dbd.environment = 'production' (ALTER DATABASE … SET) refuses it.

BEGIN;

DO $guard$
BEGIN
  IF current_setting('dbd.environment', true) = 'production' THEN
    RAISE EXCEPTION USING MESSAGE = 'This database is marked as production; development rows stay out of it.';
  END IF;
  IF EXISTS (SELECT FROM sites)
    OR EXISTS (SELECT FROM sensors)
    OR EXISTS (SELECT FROM calibrations)
    OR EXISTS (SELECT FROM readings) THEN
    RAISE EXCEPTION USING MESSAGE = 'There are rows already; development rows are for a fresh database.';
  END IF;
END
$guard$;

INSERT INTO sites (id, name, time_zone)
VALUES
  (1, 'Yusuf Dubois 1', 'Europe/Busingen'),
  (2, 'Ben Garcia 2', 'Asia/Bishkek'),
  (3, 'Paul Novak 3', 'Europe/Copenhagen');

INSERT INTO sensors (id, site_id, kind, installed_at)
OVERRIDING SYSTEM VALUE
VALUES
  (1, 1, 'pressure', '<time>'),
  (2, 1, 'vibration', '<time>'),
  (3, 3, 'temperature', '<time>'),
  (4, 2, 'temperature', '<time>');
SELECT setval(pg_get_serial_sequence('public.sensors', 'id'), max(id)) FROM sensors;

INSERT INTO calibrations (id, sensor_id, gain, bias, valid)
VALUES
  (1, 3, 604.03712, 95.7555, '["<time>","<time>")'),
  (2, 4, 896.96651, 836.1813, '["<time>","<time>")'),
  (3, 2, 531.42361, 421.8010, '["<time>","<time>")'),
  (4, 1, 764.91872, 943.4680, '["<time>","<time>")'),
  (5, 1, 370.10780, 502.2247, '["<time>","<time>")');
SELECT setval(pg_get_serial_sequence('public.calibrations', 'id'), max(id)) FROM calibrations;

INSERT INTO readings (sensor_id, recorded_at, value)
VALUES
  (1, '<time>', 647.2095),
  (4, '<time>', 865.5188),
  (4, '<time>', 189.2638),
  (4, '<time>', 447.6453),
  (2, '<time>', 152.8646),
  (1, '<time>', 752.9869),
  (2, '<time>', 140.4759),
  (4, '<time>', 412.5146),
  (2, '<time>', 947.3310),
  (1, '<time>', 173.6623),
  (4, '<time>', 271.0917),
  (2, '<time>', 668.1306),
  (3, '<time>', 484.2059),
  (4, '<time>', 537.6965),
  (3, '<time>', 933.0068),
  (2, '<time>', 705.0155),
  (2, '<time>', 394.0879),
  (3, '<time>', 495.2370),
  (1, '<time>', 717.9405),
  (3, '<time>', 85.6513),
  (2, '<time>', 711.9685),
  (4, '<time>', 890.5213),
  (3, '<time>', 153.0238),
  (2, '<time>', 534.4105),
  (2, '<time>', 151.0737),
  (4, '<time>', 760.0911),
  (4, '<time>', 216.6269),
  (3, '<time>', 476.9355),
  (1, '<time>', 88.0299),
  (1, '<time>', 155.3830),
  (1, '<time>', 535.0665),
  (3, '<time>', 789.5125),
  (4, '<time>', 247.9158),
  (1, '<time>', 620.8586),
  (3, '<time>', 319.9999),
  (4, '<time>', 607.6475),
  (4, '<time>', 331.9673),
  (4, '<time>', 502.1578),
  (4, '<time>', 741.2400),
  (1, '<time>', 138.2781),
  (3, '<time>', 704.8674),
  (4, '<time>', 813.7673),
  (3, '<time>', 434.3288),
  (3, '<time>', 831.3678),
  (3, '<time>', 647.9430),
  (2, '<time>', 701.1739),
  (3, '<time>', 65.2574),
  (4, '<time>', 335.3432),
  (2, '<time>', 557.8437),
  (4, '<time>', 166.8360),
  (4, '<time>', 404.8288),
  (4, '<time>', 153.4288),
  (4, '<time>', 867.9539),
  (3, '<time>', 30.8052),
  (1, '<time>', 285.5261),
  (3, '<time>', 696.2249),
  (2, '<time>', 588.4857),
  (3, '<time>', 744.4095),
  (4, '<time>', 693.4760),
  (4, '<time>', 639.3261),
  (2, '<time>', 664.3624),
  (1, '<time>', 694.2018),
  (2, '<time>', 81.7129),
  (3, '<time>', 359.6193),
  (1, '<time>', 298.7799),
  (4, '<time>', 360.3168),
  (2, '<time>', 682.9441),
  (4, '<time>', 231.8317),
  (4, '<time>', 499.6481),
  (4, '<time>', 693.0442),
  (4, '<time>', 133.8208),
  (3, '<time>', 946.4168),
  (2, '<time>', 622.5468),
  (2, '<time>', 559.0716),
  (1, '<time>', 131.6984),
  (2, '<time>', 326.9948),
  (3, '<time>', 18.7608),
  (4, '<time>', 969.9236),
  (4, '<time>', 551.3438),
  (2, '<time>', 854.1428),
  (1, '<time>', 483.4430),
  (1, '<time>', 998.1012),
  (4, '<time>', 461.3365),
  (1, '<time>', 742.6534),
  (4, '<time>', 86.4552),
  (1, '<time>', 448.0159),
  (1, '<time>', 787.2316),
  (3, '<time>', 207.2041),
  (4, '<time>', 379.1401),
  (3, '<time>', 468.1974),
  (1, '<time>', 869.8607),
  (2, '<time>', 684.7918),
  (3, '<time>', 257.7611),
  (4, '<time>', 350.7257),
  (2, '<time>', 768.0133),
  (2, '<time>', 993.1018),
  (1, '<time>', 607.1462),
  (3, '<time>', 688.3292),
  (3, '<time>', 988.4288),
  (2, '<time>', 434.2245);

-- readings_hourly is calculated from readings
DELETE FROM readings_hourly;
INSERT INTO readings_hourly (sensor_id, hour, readings, total, "least", most)
SELECT sensor_id, date_trunc('hour', recorded_at, 'UTC') AS hour, count(*) AS readings, coalesce(sum(value), 0) AS total, min(value) AS "least", max(value) AS most
FROM readings
GROUP BY 1, 2
ON CONFLICT (sensor_id, hour) DO UPDATE SET readings = excluded.readings, total = excluded.total, "least" = excluded."least", most = excluded.most;

COMMIT;
