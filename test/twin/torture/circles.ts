/** Tables that need each other, and rows that need other rows of their table. */
import type { Motif } from './motif.ts';

export const circleMotifs: readonly Motif[] = [
  {
    name: 'circle',
    sql: (p, dice) => {
      const type = dice.pick(['bigint', 'integer', 'uuid', 'varchar(20)']);
      dice.offer({ table: `${p}_a`, column: 'id', type });
      return `CREATE TABLE ${p}_a (id ${type} PRIMARY KEY, lead ${type} NOT NULL);
CREATE TABLE ${p}_b (id ${type} PRIMARY KEY, team ${type} NOT NULL REFERENCES ${p}_a DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE ${p}_a ADD FOREIGN KEY (lead) REFERENCES ${p}_b DEFERRABLE INITIALLY DEFERRED;`;
    },
  },
  {
    name: 'ring',
    sql: (p, dice) => {
      const type = dice.pick(['bigint', 'uuid']);
      const unique = dice.pick(['', 'UNIQUE']);
      return `CREATE TABLE ${p}_a (id ${type} PRIMARY KEY, next ${type} NOT NULL ${unique});
CREATE TABLE ${p}_b (id ${type} PRIMARY KEY, next ${type} NOT NULL, UNIQUE (next, id));
CREATE TABLE ${p}_c (id ${type} PRIMARY KEY, next ${type} NOT NULL ${unique} REFERENCES ${p}_a DEFERRABLE);
ALTER TABLE ${p}_a ADD FOREIGN KEY (next) REFERENCES ${p}_b DEFERRABLE INITIALLY DEFERRED; ALTER TABLE ${p}_b ADD FOREIGN KEY (next) REFERENCES ${p}_c DEFERRABLE INITIALLY IMMEDIATE;`;
    },
  },
  {
    name: 'optional_ring',
    sql: (p, dice) => {
      const type = dice.pick(['bigint', 'uuid']);
      return `CREATE TABLE ${p}_order (id ${type} PRIMARY KEY, last_payment ${type});
CREATE TABLE ${p}_payment (id ${type} PRIMARY KEY, of_order ${type} NOT NULL REFERENCES ${p}_order, refund ${type});
CREATE TABLE ${p}_refund (id ${type} PRIMARY KEY, of_payment ${type} NOT NULL UNIQUE REFERENCES ${p}_payment);
ALTER TABLE ${p}_order ADD FOREIGN KEY (last_payment) REFERENCES ${p}_payment; ALTER TABLE ${p}_payment ADD FOREIGN KEY (refund) REFERENCES ${p}_refund;`;
    },
  },
  {
    name: 'composite_ring',
    sql: (p, dice) => {
      const type = dice.pick(['integer', 'uuid']);
      return `CREATE TABLE ${p}_tenant (id ${type} PRIMARY KEY);
CREATE TABLE ${p}_a (tenant ${type} NOT NULL REFERENCES ${p}_tenant, id ${type} NOT NULL, favourite ${type} NOT NULL, PRIMARY KEY (tenant, id));
CREATE TABLE ${p}_b (tenant ${type} NOT NULL REFERENCES ${p}_tenant, id ${type} NOT NULL, owner ${type} NOT NULL, PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, owner) REFERENCES ${p}_a DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE ${p}_a ADD FOREIGN KEY (tenant, favourite) REFERENCES ${p}_b DEFERRABLE INITIALLY DEFERRED;`;
    },
  },
  {
    name: 'crossing_rings',
    sql: (p) => `CREATE TABLE ${p}_a (id bigint PRIMARY KEY, b bigint NOT NULL, c bigint NOT NULL);
CREATE TABLE ${p}_b (id bigint PRIMARY KEY, a bigint NOT NULL REFERENCES ${p}_a DEFERRABLE INITIALLY DEFERRED, c bigint);
CREATE TABLE ${p}_c (id bigint PRIMARY KEY REFERENCES ${p}_b DEFERRABLE INITIALLY DEFERRED, a bigint NOT NULL REFERENCES ${p}_a DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE ${p}_a ADD FOREIGN KEY (b) REFERENCES ${p}_b DEFERRABLE INITIALLY DEFERRED; ALTER TABLE ${p}_a ADD FOREIGN KEY (c) REFERENCES ${p}_c DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ${p}_b ADD FOREIGN KEY (c) REFERENCES ${p}_c;`,
  },
  {
    name: 'twins',
    sql: (p) => `CREATE TABLE ${p}_a (id uuid PRIMARY KEY, other uuid NOT NULL UNIQUE);
CREATE TABLE ${p}_b (id uuid PRIMARY KEY REFERENCES ${p}_a (other) DEFERRABLE INITIALLY DEFERRED, name text NOT NULL);
ALTER TABLE ${p}_a ADD FOREIGN KEY (other) REFERENCES ${p}_b DEFERRABLE INITIALLY DEFERRED;`,
  },
  {
    name: 'trees',
    sql: (p, dice) => {
      const type = dice.pick(['bigint', 'uuid', 'text']);
      return `CREATE TABLE ${p} (id ${type} PRIMARY KEY, parent ${type} REFERENCES ${p}, CHECK (parent <> id));
CREATE TABLE ${p}_must (id ${type} PRIMARY KEY, root ${type} NOT NULL REFERENCES ${p}_must DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE ${p}_list (id ${type} PRIMARY KEY, next ${type} UNIQUE REFERENCES ${p}_list, name text);
CREATE TABLE ${p}_pair (tenant integer NOT NULL, id ${type} NOT NULL, parent ${type}, PRIMARY KEY (tenant, id), FOREIGN KEY (tenant, parent) REFERENCES ${p}_pair);
CREATE TABLE ${p}_closure (ancestor ${type} NOT NULL REFERENCES ${p}, descendant ${type} NOT NULL REFERENCES ${p}, depth integer NOT NULL CHECK (depth >= 0), PRIMARY KEY (ancestor, descendant), CHECK (depth > 0 OR ancestor = descendant));`;
    },
  },
  {
    name: 'friends',
    sql: (p, dice) => {
      const type = dice.pick(['bigint', 'uuid']);
      return `CREATE TABLE ${p}_user (id ${type} PRIMARY KEY, name text NOT NULL);
CREATE TABLE ${p} (low ${type} NOT NULL REFERENCES ${p}_user, high ${type} NOT NULL REFERENCES ${p}_user, since date NOT NULL, PRIMARY KEY (low, high), CHECK (low < high));
CREATE TABLE ${p}_follow (follower ${type} NOT NULL REFERENCES ${p}_user, followed ${type} NOT NULL REFERENCES ${p}_user, PRIMARY KEY (follower, followed), CHECK (follower <> followed));
CREATE TABLE ${p}_transfer (id bigserial PRIMARY KEY, source ${type} NOT NULL REFERENCES ${p}_user, target ${type} NOT NULL REFERENCES ${p}_user, amount even, CHECK (source <> target));`;
    },
  },
  {
    name: 'either',
    sql: (p, dice) => {
      const [one, two, three] = [dice.parent(), dice.parent(), dice.parent()];
      return `CREATE TABLE ${p} (id bigserial PRIMARY KEY, one ${one.type} REFERENCES ${one.table}, two ${two.type} REFERENCES ${two.table}, three ${three.type} REFERENCES ${three.table}, CHECK (num_nonnulls(one, two, three) = 1));
CREATE TABLE ${p}_some (id bigserial PRIMARY KEY, one ${one.type} REFERENCES ${one.table}, two ${two.type} REFERENCES ${two.table}, CHECK (one IS NOT NULL OR two IS NOT NULL));
CREATE TABLE ${p}_kind (id bigserial PRIMARY KEY, kind text NOT NULL, one ${one.type} REFERENCES ${one.table}, two ${two.type} REFERENCES ${two.table},
  CHECK ((kind = 'one' AND one IS NOT NULL AND two IS NULL) OR (kind = 'two' AND two IS NOT NULL AND one IS NULL)));`;
    },
  },
];
