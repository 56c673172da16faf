SELECT id FROM orders WHERE ref_id = current_setting('app.user')::bigint;
