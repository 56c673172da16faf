CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, created_at timestamptz, paid_at timestamptz, sent_at timestamptz, due_on date);
