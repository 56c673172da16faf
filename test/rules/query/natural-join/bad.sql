SELECT total FROM orders NATURAL JOIN users;
