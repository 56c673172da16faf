-- finds: 1
CREATE INDEX CONCURRENTLY index_of_the_table_of_users_over_the_columns_of_names_and_mail_addresses ON users (email);
