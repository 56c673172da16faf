-- finds: public.notes.a_column_whose_name_is_so_long_that_little_room_remains
CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a_column_whose_name_is_so_long_that_little_room_remains text);
