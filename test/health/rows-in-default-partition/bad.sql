-- finds: sales_default
CREATE TABLE sales (id bigint, sold date NOT NULL) PARTITION BY RANGE (sold);
CREATE TABLE sales_2021 PARTITION OF sales FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
CREATE TABLE sales_default PARTITION OF sales DEFAULT;
INSERT INTO sales VALUES (1, '2024-01-01');
