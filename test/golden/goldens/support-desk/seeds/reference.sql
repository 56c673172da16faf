-- Reference data of DESK-12: rows that the structure is made of.
-- May be loaded any number of times: rows that are there already are brought to these values.

BEGIN;

INSERT INTO priorities AS kept (name, answer_within)
VALUES
  ('low', '3 days'),
  ('normal', '1 day'),
  ('urgent', '<time>')
ON CONFLICT (name) DO UPDATE SET answer_within = EXCLUDED.answer_within
WHERE (kept.answer_within) IS DISTINCT FROM (EXCLUDED.answer_within);

COMMIT;
