-- name: members_of_account
-- param account_id: from accounts.id
-- rate: 5/s
SELECT id, name, email FROM members WHERE account_id = :account_id ORDER BY name LIMIT 100;

-- name: sign_in
-- param id: from members.id
-- rate: 10/s peak 40/s
SELECT m.id, m.name, a.name AS account FROM members m JOIN accounts a ON a.id = m.account_id WHERE m.id = :id;
