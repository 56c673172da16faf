SELECT o.id, (SELECT sum(i.price) FROM items i WHERE i.order_id = o.id) AS price FROM orders o;
