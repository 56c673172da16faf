/** Checks over numbers, times, several columns, documents, arrays, and domains. */
import type { Motif } from './motif.ts';

export const conditionMotifs: readonly Motif[] = [
  {
    name: 'numbers',
    sql: (p, dice) => {
      const low = dice.below(5000);
      return `CREATE TABLE ${p} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a integer NOT NULL CHECK (a BETWEEN ${low} AND ${low + 1 + dice.below(9)}), b integer CHECK (b % 5 = 0), c numeric(10, 4) CHECK (c > -1 AND c < 1),
  d percentage NOT NULL, e even, f year, g integer CHECK (g <> 0), h double precision CHECK (h >= 0.5 AND h <= 0.75), i integer CHECK (i > ${low} OR i < -${low}), j bigint CHECK (j > 5000000000), k smallint CHECK (k = ANY (ARRAY[1, 2, 4, 8])), l numeric(3, 2) CHECK (l <= 5 AND l >= 0));
CREATE TABLE ${p}_sum (id bigserial PRIMARY KEY, net numeric(10, 2) NOT NULL, tax numeric(10, 2) NOT NULL, total numeric(10, 2) NOT NULL, CHECK (total = net + tax), CHECK (tax >= 0), CHECK (net > 0));
CREATE TABLE ${p}_share (id bigserial PRIMARY KEY, a integer NOT NULL CHECK (a >= 0), b integer NOT NULL CHECK (b >= 0), c integer NOT NULL CHECK (c >= 0), CHECK (a + b + c = 100));
CREATE TABLE ${p}_stock (id bigserial PRIMARY KEY, stock integer NOT NULL, reserved integer NOT NULL CHECK (reserved >= 0), sold integer NOT NULL CHECK (sold >= 0), CHECK (reserved + sold <= stock), discount numeric(5, 2) CHECK (discount < stock));
CREATE TABLE ${p}_order (id bigserial PRIMARY KEY, least_n integer NOT NULL, usual_n integer NOT NULL, most_n integer NOT NULL, CHECK (least_n < usual_n AND usual_n < most_n), CHECK (most_n - least_n <= 10));`;
    },
  },
  {
    name: 'times',
    sql: (
      p,
    ) => `CREATE TABLE ${p} (id bigint PRIMARY KEY, starts_at timestamptz NOT NULL, ends_at timestamptz, CHECK (ends_at > starts_at), CHECK (ends_at - starts_at <= interval '2 days'), month date NOT NULL CHECK (date_trunc('month', month) = month), sunday date CHECK (extract(dow FROM sunday) = 0),
  born date CHECK (born < '2000-01-01'), expires date NOT NULL CHECK (expires > '2090-01-01'), opens time NOT NULL, closes time NOT NULL, CHECK (opens < closes), span interval CHECK (span > '0' AND span < '1 hour'));
CREATE TABLE ${p}_steps (id bigint PRIMARY KEY, created_at timestamptz NOT NULL, paid_at timestamptz, sent_at timestamptz, closed_at timestamptz, CHECK (paid_at >= created_at), CHECK (sent_at >= paid_at), CHECK (closed_at >= sent_at), CHECK (sent_at IS NULL OR paid_at IS NOT NULL));
CREATE TABLE ${p}_range (id bigint PRIMARY KEY, during tstzrange NOT NULL CHECK (NOT isempty(during) AND upper(during) - lower(during) <= interval '4 hours' AND lower(during) >= '2020-01-01'), ages int4range NOT NULL CHECK (lower(ages) >= 0 AND upper(ages) <= 120), days daterange CHECK (NOT lower_inf(days)));`,
  },
  {
    name: 'states',
    sql: (
      p,
    ) => `CREATE TABLE ${p} (id bigint PRIMARY KEY, status text NOT NULL CHECK (status IN ('open', 'paid', 'void')), paid_at timestamptz, reason text, CHECK ((status = 'paid') = (paid_at IS NOT NULL)), CHECK (status <> 'void' OR reason IS NOT NULL));
CREATE TABLE ${p}_enum (id bigint PRIMARY KEY, stage stage NOT NULL, closed_on date, closed_by text, CHECK (stage <> 'closed' OR (closed_on IS NOT NULL AND closed_by IS NOT NULL)), CHECK (stage = 'closed' OR closed_on IS NULL));
CREATE TABLE ${p}_case (id bigint PRIMARY KEY, kind text NOT NULL, amount numeric(8, 2) NOT NULL, CHECK (CASE kind WHEN 'credit' THEN amount > 0 WHEN 'debit' THEN amount < 0 ELSE false END));
CREATE TABLE ${p}_both (id bigint PRIMARY KEY, lat numeric(8, 5) CHECK (lat BETWEEN -90 AND 90), lon numeric(8, 5) CHECK (lon BETWEEN -180 AND 180), CHECK ((lat IS NULL) = (lon IS NULL)));
CREATE TABLE ${p}_contact (id bigint PRIMARY KEY, phone text, email email, CHECK (coalesce(phone, email::text) IS NOT NULL), CHECK (phone ~ '^\\+[1-9][0-9]{7,14}$'), old text, new text, CHECK (old IS DISTINCT FROM new));
CREATE TABLE ${p}_flag (id bigint PRIMARY KEY, published boolean NOT NULL, published_at timestamptz, CHECK (published = (published_at IS NOT NULL)), archived boolean NOT NULL, CHECK (NOT (published AND archived)));`,
  },
  {
    name: 'documents',
    sql: (
      p,
    ) => `CREATE TABLE ${p} (id bigint PRIMARY KEY, a jsonb NOT NULL CHECK (jsonb_typeof(a) = 'object'), b jsonb NOT NULL CHECK (jsonb_typeof(b) = 'array'), c jsonb CHECK (c ? 'key'), d jsonb NOT NULL CHECK (d ?& ARRAY['street', 'zip']), e json CHECK (json_typeof(e) = 'object'), f jsonb CHECK (jsonb_typeof(f) = 'string'));
CREATE TABLE ${p}_deep (id bigint PRIMARY KEY, kind jsonb NOT NULL CHECK (kind ->> 'type' IN ('card', 'cash')), price jsonb NOT NULL CHECK ((price ->> 'amount')::numeric > 0 AND price ->> 'currency' ~ '^[A-Z]{3}$'), items jsonb NOT NULL CHECK (jsonb_typeof(items -> 'items') = 'array' AND jsonb_array_length(items -> 'items') > 0), path jsonb NOT NULL CHECK (jsonb_typeof(path #> '{a,b}') = 'number'), flag jsonb NOT NULL CHECK ((flag -> 'on')::boolean), has jsonb NOT NULL CHECK (has @> '{"version": 2}'));`,
  },
  {
    name: 'arrays',
    sql: (p) =>
      `CREATE TABLE ${p} (id bigint PRIMARY KEY, a text[] NOT NULL CHECK (cardinality(a) BETWEEN 1 AND 5), b integer[] CHECK (array_length(b, 1) = 3), c text[] NOT NULL CHECK (c <@ ARRAY['red', 'green', 'blue']), d mood[] NOT NULL CHECK (array_position(d, NULL) IS NULL), e sizes NOT NULL, f integer[] NOT NULL CHECK (0 < ALL (f)), g text[] CHECK (array_ndims(g) = 1), h numeric[] CHECK (h[1] < h[2]), i percentage[] NOT NULL, j int4multirange, k text[] NOT NULL CHECK (k && ARRAY['x', 'y']));`,
  },
  {
    name: 'composites',
    sql: (p) =>
      `CREATE TABLE ${p} (id bigint PRIMARY KEY, home place NOT NULL CHECK ((home).zip ~ '^[0-9]{5}$'), work place CHECK ((work).street <> ''), r positive, label text NOT NULL CHECK (label <> ''), bits bit(8) NOT NULL, v bit varying(5), m money CHECK (m > 0::money), ip inet CHECK (family(ip) = 4), net cidr NOT NULL, mac macaddr, x xml, b bytea NOT NULL CHECK (octet_length(b) = 16), t timestamptz CHECK (isfinite(t)), o oid, s tsvector);`,
  },
  {
    name: 'raising',
    sql: (p, dice) => {
      const parent = dice.parent();
      return `CREATE TABLE ${p} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ref ${parent.type} NOT NULL REFERENCES ${parent.table}, quantity integer NOT NULL, updated_at timestamptz NOT NULL DEFAULT now());
CREATE TRIGGER limits BEFORE INSERT OR UPDATE ON ${p} FOR EACH ROW EXECUTE FUNCTION refuse_large();
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON ${p} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_large();
CREATE TABLE ${p}_never (id bigserial PRIMARY KEY, note text NOT NULL);
CREATE TRIGGER never BEFORE INSERT ON ${p}_never FOR EACH STATEMENT EXECUTE FUNCTION never();
ALTER TABLE ${p}_never ENABLE ROW LEVEL SECURITY; ALTER TABLE ${p}_never FORCE ROW LEVEL SECURITY;`;
    },
  },
  {
    name: 'odd',
    sql: (p, dice) => {
      const parent = dice.parent();
      return `CREATE TABLE "${p} It's ""odd""" ("Select" integer PRIMARY KEY, "größe" numeric(4, 1) NOT NULL CHECK ("größe" BETWEEN 0.5 AND 99), "a""b" integer CHECK ("a""b" > 7), "drop table" text NOT NULL CHECK ("drop table" ~ '^x-[0-9]+$'), "from" ${parent.type} REFERENCES ${parent.table}, UNIQUE ("from", "größe"));
CREATE TABLE "${p}.Child" (id bigserial PRIMARY KEY, "Odd Ref" integer NOT NULL REFERENCES "${p} It's ""odd""" ON UPDATE CASCADE, "ORDER" integer NOT NULL CHECK ("ORDER" > 0), UNIQUE ("Odd Ref", "ORDER"));`;
    },
  },
];
