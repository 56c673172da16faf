SELECT user_id, count(*) FROM orders GROUP BY user_id HAVING count(*) > 5;
