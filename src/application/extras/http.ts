/** A data service that any language can call: tables and access patterns over HTTP, on this machine only. */
import { importLine, insertable, kindOf, optional } from '../code/typescript.ts';
import { writable } from '../code/repository.ts';
import type { CodeFile, Entity, Models, OperationStatement, Parameter } from '../model.ts';
import { limitsOf } from './limits.ts';
import { answersText } from './answers-text.ts';
import { serverText } from './server-text.ts';

/** `service/server.mjs`: `DATABASE_URL=… node server.mjs`; it needs the package `pg`. */
export function serviceFiles(models: Models): readonly CodeFile[] {
  const tables = Object.fromEntries(models.entities.map((entity) => [entity.many, tableOf(entity)]));
  const queries = Object.fromEntries(
    writable(models, models.entities).flatMap(({ functionName, body }) => {
      if (body.kind === 'insert') return [];
      const statements = body.kind === 'statement' ? [body.statement] : body.statements;
      return [[functionName, queryOf(statements)]];
    }),
  );
  return [
    {
      path: 'service/server.mjs',
      text: [
        '// A data service over HTTP. Start it with: DATABASE_URL=… PORT=8080 node server.mjs (READ_ONLY=1 refuses every write).',
        '// It listens on this machine only and asks nobody who they are: whoever may open a connection here may do what the role of DATABASE_URL may do.',
        '// Written by dbd from the catalog and the task; a later run overwrites it.',
        '',
        importLine('{ createHash }', 'node:crypto'),
        importLine('{ readFile }', 'node:fs/promises'),
        importLine('{ createServer }', 'node:http'),
        importLine('{ env, exit, stderr, stdout }', 'node:process'),
        importLine('pg', 'pg'),
        '',
        `const tables = ${constant(tables)};`,
        '',
        `const queries = ${constant(queries)};`,
        answersText,
        serverText,
      ].join('\n'),
    },
  ];
}

/** JSON that may stand in a program: a key `__proto__` would not be one. */
function constant(value: object): string {
  return JSON.stringify(value, null, 2).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function tableOf(entity: Entity): object {
  const given = new Set(insertable(entity.attributes));
  return {
    name: entity.sqlName,
    key: entity.key.map(({ property }) => property),
    fields: Object.fromEntries(
      entity.attributes.map((each) => {
        const limits = limitsOf(entity, each);
        return [
          each.property,
          {
            column: each.sqlName,
            kind: kindOf(each.type),
            nullable: each.nullable,
            given: given.has(each),
            ...(given.has(each) && !optional(each) ? { required: true } : {}),
            ...(Object.keys(limits).length > 0 && !each.type.element ? { limits } : {}),
          },
        ];
      }),
    ),
  };
}

function queryOf(statements: readonly OperationStatement[]): object {
  const parameters = new Map<string, Parameter>(
    statements.flatMap((statement) => statement.parameters).map((each) => [each.property, each]),
  );
  return {
    parameters: Object.fromEntries(
      [...parameters].map(([name, { type, nullable }]) => [name, { kind: kindOf(type), nullable }]),
    ),
    statements: statements.map(({ name, sql, parameters: bound, columns }) => ({
      name,
      text: sql,
      order: bound.map(({ property }) => property),
      columns: Object.fromEntries(columns.map((column) => [column.name, kindOf(column.type)])),
    })),
  };
}
