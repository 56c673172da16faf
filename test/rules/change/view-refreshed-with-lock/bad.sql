-- finds: 1
REFRESH MATERIALIZED VIEW daily_sales;
