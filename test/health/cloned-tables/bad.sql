-- finds: sales_2021
CREATE TABLE sales_2021 (id bigint PRIMARY KEY, total int);
CREATE TABLE sales_2022 (id bigint PRIMARY KEY, total int);
CREATE TABLE sales_2023 (id bigint PRIMARY KEY, total int);
