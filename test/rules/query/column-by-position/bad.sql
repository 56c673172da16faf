SELECT user_id, count(*) FROM orders GROUP BY 1;
