-- finds: 1
DROP SCHEMA legacy CASCADE;
