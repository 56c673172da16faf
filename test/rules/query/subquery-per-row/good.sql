SELECT o.id, (SELECT max(i.price) FROM items i) AS price FROM orders o;
