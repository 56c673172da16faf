import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

// Written for draft 4, of which it uses nothing that later drafts read otherwise; their validator refuses the name alone.
const { $schema: _, ...schema } = JSON.parse(
  readFileSync(new URL('fixtures/adf-schema.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, unknown>>;
const validate = new Ajv({ strict: false }).compile(schema);

/** What the official schema says against a document; nothing for a valid one. */
export function complaints(document: unknown): readonly string[] {
  return validate(document) === true
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}
