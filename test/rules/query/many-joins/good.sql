SELECT a.id FROM users a JOIN users b ON b.id = a.id;
