CREATE TABLE sales (id bigint, sold date NOT NULL) PARTITION BY RANGE (sold);
DO $$ BEGIN FOR i IN -1 .. 3 LOOP EXECUTE format('CREATE TABLE %I PARTITION OF sales FOR VALUES FROM (%L) TO (%L)', 'sales_' || i + 1, current_date + 30 * i, current_date + 30 * (i + 1)); END LOOP; END $$;
CREATE TABLE old (id bigint, sold date NOT NULL) PARTITION BY RANGE (sold);
CREATE TABLE old_2001 PARTITION OF old FOR VALUES FROM ('2001-01-01') TO ('2002-01-01');
CREATE TABLE forever (id bigint, sold date NOT NULL) PARTITION BY RANGE (sold);
CREATE TABLE forever_all PARTITION OF forever FOR VALUES FROM ('2001-01-01') TO (MAXVALUE);
