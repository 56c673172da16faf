CREATE VIEW open_orders AS
  SELECT o.id, o.customer_id, c.name, o.total, o.placed_at FROM sales.orders o JOIN customers c ON c.id = o.customer_id
  WHERE o.status IN ('new', 'paid', 'packed');
CREATE VIEW customer_totals AS
  SELECT customer_id, count(*) AS orders, sum(total) AS total FROM sales.orders GROUP BY customer_id;
CREATE MATERIALIZED VIEW daily_sales AS
  SELECT (placed_at AT TIME ZONE 'UTC')::date AS day, status, count(*) AS orders, sum(total) AS total FROM sales.orders GROUP BY 1, 2;
CREATE UNIQUE INDEX daily_sales_key ON daily_sales (day, status);

CREATE FUNCTION current_tenant() RETURNS integer LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.tenant', true), '')::integer $$;
CREATE FUNCTION touch_order() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := coalesce(NEW.note, ''); RETURN NEW; END $$;
CREATE TRIGGER orders_touch BEFORE UPDATE ON sales.orders FOR EACH ROW EXECUTE FUNCTION touch_order();

ALTER TABLE tickets ENABLE ROW LEVEL SECURITY;
CREATE POLICY tickets_of_tenant ON tickets USING (tenant_id = current_tenant());
CREATE POLICY tickets_of_support ON tickets FOR SELECT TO shop_support USING (state <> 'closed');
ALTER TABLE ticket_comments ENABLE ROW LEVEL SECURITY;
CREATE POLICY comments_of_tenant ON ticket_comments USING (tenant_id = current_tenant() AND EXISTS (
  SELECT FROM tickets t WHERE t.tenant_id = ticket_comments.tenant_id AND t.id = ticket_id AND t.state <> 'deleted'));

GRANT USAGE ON SCHEMA sales, "Odd Schema" TO shop_app, shop_support, shop_watcher;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, sales, "Odd Schema" TO shop_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public, sales TO shop_app;
GRANT SELECT ON tickets, ticket_comments, customers TO shop_support;
GRANT SELECT ON ALL TABLES IN SCHEMA public, sales, "Odd Schema" TO shop_watcher;
