-- finds: public.b.shipped
-- finds: public.b.due_at
CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, created_at timestamptz, updated_at timestamptz);
CREATE TABLE b (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, paid_at timestamptz, shipped timestamptz, due_at date);
