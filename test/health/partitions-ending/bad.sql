-- finds: sales
-- finds: visits
CREATE TABLE sales (id bigint, sold date NOT NULL) PARTITION BY RANGE (sold);
DO $$ BEGIN EXECUTE format('CREATE TABLE sales_now PARTITION OF sales FOR VALUES FROM (%L) TO (%L)', current_date - 10, current_date + 300); END $$;
DO $$ BEGIN EXECUTE format('CREATE TABLE sales_next PARTITION OF sales FOR VALUES FROM (%L) TO (%L)', current_date + 300, current_date + 700); END $$;
CREATE TABLE visits (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
DO $$ BEGIN EXECUTE format('CREATE TABLE visits_now PARTITION OF visits FOR VALUES FROM (%L) TO (%L)', current_date - 400, current_date + 5); END $$;
DO $$ BEGIN EXECUTE format('CREATE TABLE visits_next PARTITION OF visits FOR VALUES FROM (%L) TO (%L)', current_date + 5, current_date + 700); END $$;
