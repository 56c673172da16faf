/** OpenAPI 3.1: tables and access patterns as the data service offers them. */
import { insertable, optional } from '../code/typescript.ts';
import { writable } from '../code/repository.ts';
import type { Attribute, CodeFile, Entity, Models, Operation, OperationStatement } from '../model.ts';
import { limitsOf } from './limits.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** `openapi.json`; `title` names the document. */
export function openapiFiles(models: Models, title: string): readonly CodeFile[] {
  return [{ path: 'openapi.json', text: `${JSON.stringify(openapi(models, title), null, 2)}\n` }];
}

/** Most rows of one page. */
export const mostRows = 200;

function openapi(models: Models, title: string): Json {
  const { entities } = models;
  return {
    openapi: '3.1.0',
    info: { title, version: '1' },
    servers: [{ url: 'http://127.0.0.1:8080' }],
    paths: {
      ...Object.fromEntries(entities.flatMap((entity) => Object.entries(tablePaths(entity)))),
      ...Object.fromEntries(
        writable(models, entities).flatMap((operation) =>
          operation.body.kind === 'insert'
            ? []
            : [[`/queries/${operation.functionName}`, queryPath(operation)]],
        ),
      ),
    },
    components: {
      schemas: {
        ...Object.fromEntries(
          entities.flatMap((entity) => [
            [entity.typeName, rowSchema(entity, entity.attributes, false)],
            [`New${entity.typeName}`, rowSchema(entity, insertable(entity.attributes), true)],
          ]),
        ),
        Problem: {
          type: 'object',
          required: ['title', 'status'],
          properties: { title: { type: 'string' }, status: { type: 'integer' }, detail: { type: 'string' } },
        },
      },
      responses: {
        Problem: {
          description: 'It could not be done',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  };
}

const problem = { $ref: '#/components/responses/Problem' };
const json = (schema: Json): Json => ({ 'application/json': { schema } });

function tablePaths(entity: Entity): Readonly<Record<string, Json>> {
  const { typeName, many, key, comment, table } = entity;
  const row = { $ref: `#/components/schemas/${typeName}` };
  const about = comment ?? `${table.schema}.${table.name}`;
  const page = {
    summary: `A page of ${about}`,
    operationId: `list${typeName}`,
    parameters: [
      { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: mostRows, default: 50 } },
      { name: 'after', in: 'query', schema: { type: 'string' }, description: '`next` of the page before' },
      ...entity.attributes
        .filter(({ type }) => !['json', 'array', 'bytes'].includes(type.kind))
        .map((each) => ({ name: each.property, in: 'query', schema: valueSchema(each.type) })),
    ],
    responses: {
      200: {
        description: 'Rows in the order of the key, and where the next page begins',
        content: json({
          type: 'object',
          required: ['rows'],
          properties: { rows: { type: 'array', items: row }, next: { type: 'string' } },
        }),
      },
      default: problem,
    },
  };
  const insert = {
    summary: `Inserts into ${table.schema}.${table.name}`,
    operationId: `insert${typeName}`,
    requestBody: { required: true, content: json({ $ref: `#/components/schemas/New${typeName}` }) },
    responses: { 201: { description: 'The row as it is stored', content: json(row) }, default: problem },
  };
  const one = {
    summary: `One row of ${about}`,
    operationId: `get${typeName}`,
    parameters: key.map((each) => ({
      name: each.property,
      in: 'path',
      required: true,
      schema: valueSchema(each.type),
    })),
    responses: { 200: { description: 'The row', content: json(row) }, default: problem },
  };
  return {
    [`/tables/${many}`]: key.length > 0 ? { get: page, post: insert } : { post: insert },
    ...(key.length > 0
      ? { [`/tables/${many}/${key.map(({ property }) => `{${property}}`).join('/')}`]: { get: one } }
      : {}),
  };
}

function queryPath({ claim, says, functionName, body }: Operation): Json {
  const statements: readonly OperationStatement[] =
    body.kind === 'statement' ? [body.statement] : body.kind === 'transaction' ? body.statements : [];
  const parameters = new Map(
    statements.flatMap((each) => each.parameters).map((each) => [each.property, each]),
  );
  const result = (statement: OperationStatement): Json =>
    statement.columns.length === 0
      ? { type: 'object', required: ['affected'], properties: { affected: { type: 'integer' } } }
      : {
          type: 'object',
          required: ['rows'],
          properties: {
            rows: {
              type: 'array',
              items: {
                type: 'object',
                properties: Object.fromEntries(
                  statement.columns.map((each) => [each.name, orNull(valueSchema(each.type), each.nullable)]),
                ),
              },
            },
          },
        };
  return {
    post: {
      summary: `${claim}: ${says}`,
      operationId: functionName,
      requestBody: {
        required: parameters.size > 0,
        content: json({
          type: 'object',
          additionalProperties: false,
          required: [...parameters.keys()],
          properties: Object.fromEntries(
            [...parameters.values()].map((each) => [
              each.property,
              orNull(valueSchema(each.type), each.nullable),
            ]),
          ),
        }),
      },
      responses: {
        200: {
          description: 'What it returns',
          content: json(
            statements.length === 1
              ? result(statements[0]!)
              : { type: 'array', prefixItems: statements.map(result) },
          ),
        },
        default: problem,
      },
    },
  };
}

function rowSchema(entity: Entity, attributes: readonly Attribute[], given: boolean): Json {
  return {
    type: 'object',
    ...(entity.comment ? { description: entity.comment } : {}),
    additionalProperties: false,
    required: attributes.filter((each) => !given || !optional(each)).map(({ property }) => property),
    properties: Object.fromEntries(
      attributes.map((each) => [
        each.property,
        orNull({ ...valueSchema(each.type), ...limitWords(entity, each) }, each.nullable),
      ]),
    ),
  };
}

function limitWords(entity: Entity, attribute: Attribute): Readonly<Record<string, Json>> {
  const { letters, notBlank, oneOf, atLeast, above, atMost, below } = limitsOf(entity, attribute);
  const number = ['integer', 'float'].includes(attribute.type.kind);
  return {
    ...(letters === undefined ? {} : { maxLength: letters }),
    ...(notBlank ? { pattern: '[^ ]' } : {}),
    ...(oneOf ? { enum: oneOf } : {}),
    ...(number && atLeast !== undefined ? { minimum: Number(atLeast) } : {}),
    ...(number && above !== undefined ? { exclusiveMinimum: Number(above) } : {}),
    ...(number && atMost !== undefined ? { maximum: Number(atMost) } : {}),
    ...(number && below !== undefined ? { exclusiveMaximum: Number(below) } : {}),
  };
}

function orNull(schema: Readonly<Record<string, Json>>, nullable: boolean): Json {
  return nullable ? { anyOf: [schema, { type: 'null' }] } : schema;
}

/** Values as the service writes them: whole numbers of 64 bits and decimals as text, bytes in base64. */
function valueSchema(type: Attribute['type']): Readonly<Record<string, Json>> {
  switch (type.kind) {
    case 'integer':
      return { type: 'integer', format: 'int32' };
    case 'bigint':
      return { type: 'string', pattern: '^-?[0-9]{1,19}$' };
    case 'float':
      return { type: 'number' };
    case 'decimal':
      return { type: 'string', pattern: '^-?[0-9]+(\\.[0-9]+)?$' };
    case 'boolean':
      return { type: 'boolean' };
    case 'date':
      return { type: 'string', format: 'date' };
    case 'instant':
      return { type: 'string', format: 'date-time' };
    case 'uuid':
      return { type: 'string', format: 'uuid' };
    case 'json':
      return {};
    case 'bytes':
      return { type: 'string', contentEncoding: 'base64' };
    case 'enum':
      return { type: 'string', enum: type.enumeration!.labels };
    case 'array':
      return { type: 'array', items: valueSchema(type.element!) };
    default:
      return { type: 'string' };
  }
}
