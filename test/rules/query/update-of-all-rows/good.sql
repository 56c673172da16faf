UPDATE orders SET note = 'x' WHERE id = 1;
