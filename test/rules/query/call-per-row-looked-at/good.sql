SELECT id FROM orders WHERE ref_id = (SELECT current_setting('app.user')::bigint);
