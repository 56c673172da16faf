/** Which kinds of indexes can serve a condition. */
import type { AccessCondition, IndexWay } from '../../../engine/access/model.ts';
import type { Draft } from './draft.ts';
import type { Expression } from './expression.ts';
import { patternClass, sorts, summarises, textual, type TypeFacts } from './types.ts';

type Kind = AccessCondition['kind'];

const none: readonly IndexWay[] = [];
const byteCollations: ReadonlySet<string> = new Set(['C', 'POSIX', 'ucs_basic', 'pg_c_utf8']);
/** Long values, which a hash shortens; numbers and times are shorter than their hash would be. */
const hashed: ReadonlySet<string> = new Set([
  'text',
  'character varying',
  'character',
  'uuid',
  'bytea',
  'citext',
]);
const spatial: ReadonlySet<string> = new Set(['point', 'box', 'polygon', 'circle']);

/** Kinds of indexes for a condition of this kind on an expression, the usual one first. `pattern` is the constant that text is matched against. */
export function waysOf(
  kind: Kind,
  operator: string,
  expression: Expression,
  draft: Draft,
  pattern?: string,
): readonly IndexWay[] {
  const { type } = expression;
  if (!type) return none;
  switch (kind) {
    case 'equal':
    case 'in':
      if (type.array || !sorts(type)) return none;
      return [
        { method: 'btree' },
        ...(kind === 'equal' && hashed.has(type.name) ? [{ method: 'hash' } as const] : []),
      ];
    case 'range':
      if (type.array || !sorts(type)) return none;
      return [{ method: 'btree' }, ...(summarises(type) ? [{ method: 'brin' } as const] : [])];
    case 'null':
    case 'not-null':
      return sorts(type) && !type.array ? [{ method: 'btree' }] : none;
    case 'prefix':
      return textual(type) ? [byBytes(expression, type, draft), ...trigrams(type, draft)] : none;
    case 'pattern':
      return textual(type) && (pattern === undefined || /[\p{L}\p{N}]{3}/u.test(pattern))
        ? trigrams(type, draft)
        : none;
    case 'contains':
    case 'overlaps':
    case 'exists-key':
    case 'text-search':
      return inverted(operator, type, draft);
    case 'distance':
      return spatial.has(type.name) && !type.array
        ? [{ method: 'gist' }]
        : textual(type)
          ? trigrams(type, draft, 'gist')
          : none;
    case 'other':
      return type.kind === 'range' && !type.array
        ? [{ method: 'gist' }]
        : type.name === 'inet' || type.name === 'cidr'
          ? [{ method: 'gist', class: 'inet_ops' }, { method: 'spgist' }]
          : none;
  }
}

function inverted(operator: string, type: TypeFacts, draft: Draft): readonly IndexWay[] {
  if (type.array) return [{ method: 'gin' }];
  if (type.name === 'jsonb')
    return /^\?[|&]?$/.test(operator)
      ? [{ method: 'gin' }]
      : operator === '<@' || operator === '&&'
        ? none
        : [{ method: 'gin', class: 'jsonb_path_ops' }, { method: 'gin' }];
  if (type.name === 'tsvector') return operator === '@@' ? [{ method: 'gin' }] : none;
  if (type.kind === 'range' || spatial.has(type.name)) return [{ method: 'gist' }];
  if (type.name === 'inet') return [{ method: 'gist', class: 'inet_ops' }];
  return type.name === 'hstore' && draft.relations.extensions.has('hstore') ? [{ method: 'gin' }] : none;
}

/** A tree that sorts by bytes, in which a prefix is a range. */
function byBytes({ collation }: Expression, type: TypeFacts, { options }: Draft): IndexWay {
  const plain = collation === undefined ? options.byteOrder === true : byteCollations.has(collation);
  return plain && type.name !== 'character'
    ? { method: 'btree' }
    : { method: 'btree', class: patternClass[type.name]! };
}

/** Trigrams, where the extension is or may be. */
function trigrams(
  type: TypeFacts,
  { relations, options }: Draft,
  method: 'gin' | 'gist' = 'gin',
): readonly IndexWay[] {
  const there = relations.extensions.has('pg_trgm') || options.extensions?.includes('pg_trgm') === true;
  if (!there || type.name === 'character') return none;
  const schema = relations.schemaOf('pg_trgm');
  return [{ method, class: `${schema === undefined ? '' : `${schema}.`}${method}_trgm_ops` }];
}
