SELECT DISTINCT user_id, count(*) FROM orders GROUP BY user_id;
