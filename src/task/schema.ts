/** The JSON Schema of the block, for editors; made of the very forms that the parser reads with. */
import { slug } from '../base/text.ts';
import { block } from './block/vocabulary.ts';
import type { JsonSchema } from './form/form.ts';

/** Where the published schema answers to its name. */
export const schemaId = 'https://unpkg.com/database-developer/docs/schema/task.json';

/** JSON Schema (draft 2020-12) of the block that begins with `dbd: 1`; what occurs often stands once in `$defs`. */
export function taskSchema(): JsonSchema {
  const counts = new Map<string, number>();
  count(block.schema, counts);
  const defs = new Map<string, { readonly name: string; readonly schema: JsonSchema }>();
  const shared = share(block.schema, counts, defs);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: schemaId,
    title: 'The block of a dbd task',
    ...(shared as JsonSchema),
    $defs: Object.fromEntries([...defs.values()].map(({ name, schema }) => [name, schema])),
  };
}

/** Characters from which on a repeated schema is worth a definition of its own. */
const worthSharing = 120;

function count(value: unknown, counts: Map<string, number>): void {
  if (value === null || typeof value !== 'object') return;
  const text = JSON.stringify(value);
  const before = counts.get(text) ?? 0;
  counts.set(text, before + 1);
  // What is inside a repeated schema is counted once only: it will stand in one definition.
  if (before === 0) for (const inner of Object.values(value)) count(inner, counts);
}

function share(
  value: unknown,
  counts: ReadonlyMap<string, number>,
  defs: Map<string, { readonly name: string; readonly schema: JsonSchema }>,
  isProperty = false,
): unknown {
  if (value === null || typeof value !== 'object') return value;
  const text = JSON.stringify(value);
  const inside = (): unknown =>
    Array.isArray(value)
      ? value.map((each) => share(each, counts, defs))
      : Object.fromEntries(
          Object.entries(value).map(([key, each]) => [key, share(each, counts, defs, key === 'properties')]),
        );
  const isSchema = !isProperty && !Array.isArray(value);
  if (!isSchema || text.length < worthSharing || (counts.get(text) ?? 0) < 2) return inside();
  const known = defs.get(text);
  if (known) return { $ref: `#/$defs/${known.name}` };
  const schema = inside() as JsonSchema;
  const words =
    typeof schema['description'] === 'string'
      ? slug(schema['description']).slice(0, 30).replace(/_+$/, '')
      : 'shape';
  const taken = new Set([...defs.values()].map(({ name }) => name));
  const name = taken.has(words) ? `${words}_${defs.size + 1}` : words;
  defs.set(text, { name, schema });
  return { $ref: `#/$defs/${name}` };
}
