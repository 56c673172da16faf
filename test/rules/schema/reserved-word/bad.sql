-- finds: public.user
-- finds: public.user.order
CREATE TABLE "user" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "order" int);
