/** Exclusions, periods, partitions, inheritance, generated columns. */
import type { Motif } from './motif.ts';

export const shapeMotifs: readonly Motif[] = [
  {
    name: 'rooms',
    sql: (p, dice) => {
      const parent = dice.parent();
      const type = dice.pick(['tstzrange', 'tsrange', 'daterange', 'int4range', 'numrange']);
      return `CREATE TABLE ${p} (id bigserial PRIMARY KEY, ref ${parent.type} NOT NULL REFERENCES ${parent.table}, during ${type} NOT NULL, EXCLUDE USING gist (ref WITH =, during WITH &&));
CREATE TABLE ${p}_alone (id bigserial PRIMARY KEY, during ${type}, EXCLUDE USING gist (during WITH &&));
CREATE TABLE ${p}_ends (id bigserial PRIMARY KEY, room integer NOT NULL, starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL, CHECK (starts_at < ends_at), EXCLUDE USING gist (room WITH =, tstzrange(starts_at, ends_at) WITH &&));
CREATE TABLE ${p}_live (id bigserial PRIMARY KEY, ref ${parent.type} NOT NULL REFERENCES ${parent.table}, cancelled boolean NOT NULL DEFAULT false, first_day date NOT NULL, last_day date NOT NULL, CHECK (first_day <= last_day), EXCLUDE USING gist (ref WITH =, daterange(first_day, last_day, '[]') WITH &&) WHERE (NOT cancelled));
CREATE TABLE ${p}_same (id bigserial PRIMARY KEY, cage integer NOT NULL, animal text NOT NULL, EXCLUDE USING gist (cage WITH =, animal WITH <>));
CREATE TABLE ${p}_other (id bigserial PRIMARY KEY, spot circle, name text, ip inet, EXCLUDE USING gist (spot WITH &&), EXCLUDE USING btree (name WITH =), EXCLUDE USING gist (ip inet_ops WITH &&));`;
    },
  },
  {
    name: 'periods',
    since: 18,
    sql: (p, dice) => {
      const type = dice.pick(['bigint', 'uuid']);
      return `CREATE TABLE ${p} (id ${type} NOT NULL, valid daterange NOT NULL, name text NOT NULL, PRIMARY KEY (id, valid WITHOUT OVERLAPS));
CREATE TABLE ${p}_of (id bigint PRIMARY KEY, ref ${type} NOT NULL, valid daterange NOT NULL, FOREIGN KEY (ref, PERIOD valid) REFERENCES ${p} (id, PERIOD valid));
CREATE TABLE ${p}_virtual (id bigint PRIMARY KEY, a integer NOT NULL, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL, CHECK (b <= 100), c integer CHECK (c > 100) NOT ENFORCED);`;
    },
  },
  {
    name: 'parts',
    sql: (p, dice) => {
      const parent = dice.parent();
      dice.offer({ table: `${p}_hash`, column: 'id', type: 'bigint' });
      return `CREATE TABLE ${p}_range (id bigint NOT NULL, at timestamptz NOT NULL, ref ${parent.type} REFERENCES ${parent.table}, share percentage NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE ${p}_range_1 PARTITION OF ${p}_range FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE ${p}_range_2 PARTITION OF ${p}_range (CHECK (share < 50)) FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
CREATE TABLE ${p}_use (id bigserial PRIMARY KEY, of_id bigint NOT NULL, of_at timestamptz NOT NULL, FOREIGN KEY (of_id, of_at) REFERENCES ${p}_range);
CREATE TABLE ${p}_list (id integer, region text NOT NULL, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
CREATE TABLE ${p}_list_1 PARTITION OF ${p}_list FOR VALUES IN ('eu', 'uk'); CREATE TABLE ${p}_list_2 PARTITION OF ${p}_list FOR VALUES IN ('us');
CREATE TABLE ${p}_hash (id bigint PRIMARY KEY, name text NOT NULL) PARTITION BY HASH (id);
CREATE TABLE ${p}_hash_1 PARTITION OF ${p}_hash FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE ${p}_hash_2 PARTITION OF ${p}_hash FOR VALUES WITH (MODULUS 2, REMAINDER 1);`;
    },
  },
  {
    name: 'deep_parts',
    sql: (
      p,
    ) => `CREATE TABLE ${p} (tenant integer NOT NULL, day date NOT NULL, n integer NOT NULL CHECK (n >= 0), kind stage, UNIQUE (tenant, day, n)) PARTITION BY LIST (tenant);
CREATE TABLE ${p}_1 PARTITION OF ${p} FOR VALUES IN (1, 2) PARTITION BY RANGE (day); CREATE TABLE ${p}_1a PARTITION OF ${p}_1 FOR VALUES FROM (MINVALUE) TO ('2025-01-01'); CREATE TABLE ${p}_1b PARTITION OF ${p}_1 FOR VALUES FROM ('2025-01-01') TO (MAXVALUE);
CREATE TABLE ${p}_2 PARTITION OF ${p} FOR VALUES IN (3) PARTITION BY HASH (n); CREATE TABLE ${p}_2a PARTITION OF ${p}_2 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE ${p}_two (a integer NOT NULL, b integer NOT NULL, v text) PARTITION BY RANGE (a, b);
CREATE TABLE ${p}_two_1 PARTITION OF ${p}_two FOR VALUES FROM (0, 0) TO (10, 0); CREATE TABLE ${p}_two_2 PARTITION OF ${p}_two FOR VALUES FROM (10, 0) TO (20, 50);
CREATE TABLE ${p}_nulls (id bigint NOT NULL, state text) PARTITION BY LIST (state);
CREATE TABLE ${p}_nulls_1 PARTITION OF ${p}_nulls FOR VALUES IN ('on', NULL); CREATE TABLE ${p}_nulls_2 PARTITION OF ${p}_nulls FOR VALUES IN ('off');
CREATE TABLE ${p}_expr (id bigint NOT NULL, at timestamp NOT NULL) PARTITION BY RANGE (date_trunc('day', at));
CREATE TABLE ${p}_expr_1 PARTITION OF ${p}_expr FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE ${p}_rest (id bigint NOT NULL, kind text NOT NULL CHECK (kind IN ('a', 'b', 'c')), PRIMARY KEY (id, kind)) PARTITION BY LIST (kind);
CREATE TABLE ${p}_rest_1 PARTITION OF ${p}_rest FOR VALUES IN ('a'); CREATE TABLE ${p}_rest_2 PARTITION OF ${p}_rest DEFAULT;`,
  },
  {
    name: 'heirs',
    sql: (p, dice) => {
      const parent = dice.parent();
      return `CREATE TABLE ${p} (id bigserial PRIMARY KEY, name text NOT NULL CHECK (length(name) < 30), weight numeric(6, 2) CHECK (weight > 0));
CREATE TABLE ${p}_a (wings integer NOT NULL CHECK (wings IN (2, 4)), PRIMARY KEY (id)) INHERITS (${p});
CREATE TABLE ${p}_b (owner ${parent.type} NOT NULL REFERENCES ${parent.table}, UNIQUE (name), CHECK (weight < 100)) INHERITS (${p});`;
    },
  },
  {
    name: 'generated',
    sql: (
      p,
    ) => `CREATE TABLE ${p} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, w numeric(5, 2) NOT NULL, h numeric(5, 2) NOT NULL, area numeric GENERATED ALWAYS AS (w * h) STORED CHECK (area < 100000), first_name text NOT NULL, last_name text NOT NULL,
  full_name text GENERATED ALWAYS AS (first_name || ' ' || last_name) STORED UNIQUE, number integer NOT NULL, shifted integer GENERATED ALWAYS AS (number + 1) STORED CHECK (shifted BETWEEN 1 AND 50), search tsvector GENERATED ALWAYS AS (to_tsvector('simple', first_name)) STORED);
CREATE TABLE ${p}_key (raw text NOT NULL, code text GENERATED ALWAYS AS (upper(raw)) STORED PRIMARY KEY, net integer NOT NULL, tax integer NOT NULL, gross integer GENERATED ALWAYS AS (net + tax) STORED NOT NULL, CHECK (gross > net));
CREATE TABLE ${p}_use (id bigserial PRIMARY KEY, code text NOT NULL REFERENCES ${p}_key);`,
  },
];
