CREATE SCHEMA "od d";

CREATE TYPE role_of AS ENUM ('us''er', 'ADMIN');

CREATE TABLE customers (
  id bigserial NOT NULL,
  email varchar(120) NOT NULL,
  name text,
  role role_of NOT NULL DEFAULT 'ADMIN',
  balance decimal(12,2) NOT NULL DEFAULT 0.5,
  tags text[] DEFAULT ARRAY['a', 'it''s']::text[],
  data jsonb NOT NULL DEFAULT '{}',
  token uuid NOT NULL,
  born date,
  created_at timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "updatedAt" timestamp(3) NOT NULL,
  near point,
  CONSTRAINT customers_pkey PRIMARY KEY (id)
);

CREATE TABLE "od d"."Order" (
  "customerId" bigint NOT NULL,
  line integer NOT NULL DEFAULT 1 + 1,
  total double precision NOT NULL,
  CONSTRAINT "Order_pkey" PRIMARY KEY ("customerId", line)
);

CREATE TABLE "Label" (
  id integer NOT NULL,
  CONSTRAINT "Label_pkey" PRIMARY KEY (id)
);

CREATE UNIQUE INDEX customers_email_key ON customers (email);

CREATE INDEX customers_role_created_at_idx ON customers (role, created_at DESC);

CREATE INDEX "data search" ON customers USING gin (data jsonb_path_ops);

CREATE TABLE "_CustomerToLabel" (
  "A" bigint NOT NULL,
  "B" integer NOT NULL,
  CONSTRAINT "_CustomerToLabel_AB_pkey" PRIMARY KEY ("A", "B")
);

CREATE INDEX "_CustomerToLabel_B_index" ON "_CustomerToLabel" ("B");

ALTER TABLE "_CustomerToLabel" ADD CONSTRAINT "_CustomerToLabel_A_fkey" FOREIGN KEY ("A") REFERENCES customers (id) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "_CustomerToLabel" ADD CONSTRAINT "_CustomerToLabel_B_fkey" FOREIGN KEY ("B") REFERENCES "Label" (id) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "od d"."Order" ADD CONSTRAINT "Order_customerId_fkey" FOREIGN KEY ("customerId") REFERENCES customers (id) ON DELETE RESTRICT ON UPDATE CASCADE;
