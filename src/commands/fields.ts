import type { Command } from './command.ts';

/** One field of a command's input as the faces offer it. */
export interface Field {
  readonly name: string;
  /** `--url-env`. */
  readonly flag: string;
  readonly kind: 'text' | 'number' | 'switch' | 'choice' | 'list';
  readonly choices: readonly string[];
  readonly required: boolean;
  /** Given as a word without a flag. */
  readonly positional: boolean;
  /** Takes everything after `--`. */
  readonly rest: boolean;
  readonly short?: string;
  /** The value that the flag alone stands for. */
  readonly bare?: string;
  readonly help: string;
  /** What to type when it was not given, for fields that need it. */
  readonly missing?: string;
  /** The value taken when none is given. */
  readonly default?: string | number | boolean | readonly string[];
}

/** What a field means, with its default where that is worth knowing. */
export function meaning(field: Field): string {
  const standard = typeof field.default === 'object' ? field.default.join(', ') : field.default;
  return standard === undefined || standard === '' || field.kind === 'switch'
    ? field.help
    : `${field.help} (default: ${standard})`;
}

interface Schema {
  readonly def: {
    readonly type: string;
    readonly innerType?: Schema;
    readonly in?: Schema;
    readonly defaultValue?: Field['default'];
    readonly entries?: Readonly<Record<string, string | number>>;
  };
  meta(): Readonly<Record<string, unknown>> | undefined;
}

/** The fields of a command's input in the order of their declaration. */
export function fieldsOf(command: Command): readonly Field[] {
  return Object.entries(command.input.shape).map(([name, schema]) =>
    fieldOf(name, schema as unknown as Schema),
  );
}

function fieldOf(name: string, outer: Schema): Field {
  let schema = outer;
  let required = true;
  let standard: Field['default'];
  let meta: Readonly<Record<string, unknown>> = schema.meta() ?? {};
  for (let inner = innerOf(schema); inner; inner = innerOf(schema)) {
    if (['optional', 'default', 'prefault', 'nullable'].includes(schema.def.type)) required = false;
    if (schema.def.defaultValue !== undefined) standard = schema.def.defaultValue;
    schema = inner;
    meta = { ...schema.meta(), ...meta };
  }
  const { entries } = schema.def;
  return {
    name,
    flag: `--${name.replaceAll(/([A-Z])/g, '-$1').toLowerCase()}`,
    kind: kinds[schema.def.type] ?? 'text',
    choices: entries ? Object.values(entries).map(String) : [],
    required,
    positional: meta['positional'] === true,
    rest: meta['rest'] === true,
    ...(typeof meta['short'] === 'string' ? { short: meta['short'] } : {}),
    ...(typeof meta['bare'] === 'string' ? { bare: meta['bare'] } : {}),
    help: typeof meta['description'] === 'string' ? meta['description'] : '',
    ...(typeof meta['missing'] === 'string' ? { missing: meta['missing'] } : {}),
    ...(standard === undefined ? {} : { default: standard }),
  };
}

function innerOf(schema: Schema): Schema | undefined {
  return schema.def.innerType ?? schema.def.in;
}

const kinds: Readonly<Record<string, Field['kind']>> = {
  string: 'text',
  number: 'number',
  int: 'number',
  boolean: 'switch',
  enum: 'choice',
  array: 'list',
};
