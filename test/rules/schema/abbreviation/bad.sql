-- finds: public.cust_notes
-- finds: public.cust_notes.qty
CREATE TABLE cust_notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, qty int);
