-- finds: public."order lines"
-- finds: public."order lines".größe
CREATE TABLE "order lines" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "größe" text);
