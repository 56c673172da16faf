ALTER TABLE "orders" ALTER COLUMN "total" SET DATA TYPE bigint;
--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_user_fk" FOREIGN KEY ("user_id") REFERENCES "users" ("id");
--> statement-breakpoint
CREATE UNIQUE INDEX "users_email" ON "users" ("email");
