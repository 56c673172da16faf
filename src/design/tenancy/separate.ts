/** A schema or a database for each tenant: the same tables again, made by one script. */
import { indented } from '../patterns/summary.ts';
import { tagFor } from '../patterns/trigger.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Entity, Relation, Task } from '../../task/model.ts';
import { design } from '../design.ts';
import type { Design } from '../model.ts';

/** Stands for the tenant's schema in statements until they are written into the procedure. */
const placeholder = 'dbd_tenant_schema';

export interface SeparateOptions {
  readonly task: Task;
  readonly engine: Engine;
  readonly design: Design;
  /** Structure after the change: what tenants share is there. */
  readonly after: Catalog;
}

/** Comment by which the schemas of tenants are known again. */
export function tenantNote(task: Task): string {
  return `Tenant of ${task.id}`;
}

/** Entities whose tables each tenant gets: those that name a tenant, or all but the tenants where none does. */
export function ownEntities({ requirements }: Task): readonly Entity[] {
  const { entities, tenancy } = requirements;
  const others = entities.filter(({ id, name }) => id !== tenancy?.of && name !== tenancy?.of);
  const named = others.filter(({ tenant }) => tenant !== undefined);
  return named.length > 0 ? named : others;
}

/** The statements that make the tables of one tenant in the schema of the placeholder. */
function statements({ task, engine, design: made, after }: SeparateOptions): readonly string[] {
  const own = ownEntities(task);
  const ids = new Set(own.flatMap(({ id, name }) => [id, name]));
  const { requirements } = task;
  const there = (of: string): string => {
    const name = made.tables.get(of);
    return name ? `${name.schema}.${name.name}` : of;
  };
  const relations = requirements.relations
    .filter(({ from, via }) => ids.has(from) && (via === undefined || ids.has(via) || !made.tables.has(via)))
    .map((relation): Relation => ({
      ...relation,
      to: relation.to.map((to) => (ids.has(to) ? to : there(to))),
    }));
  const of = <T extends { readonly of?: string }>(list: readonly T[]): readonly T[] =>
    list.filter(
      (one) => one.of !== undefined && (ids.has(one.of) || ids.has(one.of.slice(0, one.of.lastIndexOf('.')))),
    );
  const { tenancy: _tenancy, schema: _schema, ...rest } = requirements;
  const one: Task = {
    ...task,
    requirements: {
      ...rest,
      change: { engine: requirements.change.engine, kind: 'alter', rename: {} },
      entities: own.map(({ tenant: _tenant, ...entity }) => ({
        ...entity,
        table: `${placeholder}.${made.tables.get(entity.id)?.name ?? entity.name}`,
      })),
      relations,
      rules: of(requirements.rules),
      lifecycle: of(requirements.lifecycle),
      privacy: of(requirements.privacy),
      routines: of(requirements.routines),
      access: [],
      volumes: [],
      limits: [],
      compat: [],
      acceptance: [],
      extensions: [],
    },
  };
  return design({ task: one, catalog: after, engine }).wishes.map(({ sql }) => sql);
}

/** `tenant-template.sql` of a schema per tenant: procedures that make a tenant, change all of them, and drop one. */
export function schemaTemplateSql(options: SeparateOptions): string {
  const { task, engine } = options;
  const note = engine.quote.literal(tenantNote(task));
  const made = statements(options).map((sql) => {
    const text = sql
      .replaceAll('%', '%%')
      .replaceAll(`'${placeholder}'`, '%1$L')
      .replaceAll(new RegExp(`\\b${placeholder}\\b`, 'g'), '%1$I');
    const tag = `$${tagFor(text).slice(1, -1)}_of_tenant$`;
    return `EXECUTE format(${tag}${text}${tag}, tenant);`;
  });
  return `-- A schema for each tenant of ${task.id}. An administrator runs this once after the change; it may run again.
--   CALL create_tenant('acme', 'acme_app');           the tenant's tables, and its role's rights on them
--   CALL for_each_tenant('ALTER TABLE … ADD …');      the same change for all, a transaction each
--   CALL drop_tenant('acme');                         the tenant and all its rows, for good
-- The tables of the change itself stay empty: they are what the figures of the report were measured on.

CREATE OR REPLACE PROCEDURE create_tenant(tenant text, member text)
  LANGUAGE plpgsql
  SET search_path = public, pg_temp
AS $create$
BEGIN
  -- A longer name would be cut, and could then be another tenant's.
  IF tenant IS NULL OR tenant = '' OR octet_length(tenant) > ${engine.quote.maxBytes} THEN
    RAISE EXCEPTION 'a tenant''s name has 1 to ${engine.quote.maxBytes} bytes';
  END IF;
  EXECUTE format('CREATE SCHEMA %I', tenant);
  EXECUTE format('COMMENT ON SCHEMA %I IS %L', tenant, ${note});
${indented(made.join('\n'), 2)}
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', tenant, member);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I', tenant, member);
  EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO %I', tenant, member);
  EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = %I, public', member, current_database(), tenant);
END
$create$;

CREATE OR REPLACE PROCEDURE for_each_tenant(change text)
  LANGUAGE plpgsql
AS $each$
DECLARE
  tenant text;
BEGIN
  FOR tenant IN ${engine.rights.schemasNoted(tenantNote(task))} LOOP
    -- What fails for one tenant stops here, and those before it keep the change: run it again when the cause is gone.
    EXECUTE format('SET LOCAL search_path = %I, public', tenant);
    EXECUTE change;
    COMMIT;
  END LOOP;
END
$each$;

CREATE OR REPLACE PROCEDURE drop_tenant(tenant text)
  LANGUAGE plpgsql
AS $drop$
BEGIN
  IF tenant NOT IN (SELECT name FROM (${engine.rights.schemasNoted(tenantNote(task))}) AS known) THEN
    RAISE EXCEPTION 'there is no tenant %', tenant;
  END IF;
  EXECUTE format('DROP SCHEMA %I CASCADE', tenant);
END
$drop$;

REVOKE EXECUTE ON PROCEDURE create_tenant(text, text), for_each_tenant(text), drop_tenant(text) FROM PUBLIC;
`;
}

/** `tenant-template.sql` of a database per tenant, for psql. */
export function databaseTemplateSql({ task }: SeparateOptions): string {
  return `-- A database for each tenant of ${task.id}, by an administrator:
--   psql -v ON_ERROR_STOP=1 -v template=app_template -v tenant=acme -v role=acme_app -f tenant-template.sql
-- The template has the structure after the change and no rows; nobody may be connected to it meanwhile.
-- A later change runs its files once in each database: for d in …; do psql -d "$d" -f up/01-expand.sql; done
CREATE DATABASE :"tenant" TEMPLATE :"template";
REVOKE ALL ON DATABASE :"tenant" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"tenant" TO :"role";
\\connect :"tenant"
GRANT USAGE ON SCHEMA public TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"role";
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO :"role";
`;
}
