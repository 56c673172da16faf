/** The file's YAML as nodes that know their place, and the refusals that name it. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node as YamlNode } from 'yaml';
import { fail } from '../base/error.ts';
import { nearest } from '../base/text.ts';

/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A value of the file with its place. */
export type Node = {
  /** `dbd.config.yaml, line 2, column 10`. */
  readonly where: string;
  /** Throws `config.invalid` at this place. */
  refuse(sentence: string, hint?: string): never;
} & (
  | { readonly kind: 'scalar'; readonly value: string | number | boolean }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'map'; readonly entries: readonly Entry[] }
);

/** A key of a map and its value, which is absent where nothing (or `null`) is written. */
export interface Entry {
  readonly key: string;
  /** The key itself, to refuse it. */
  readonly at: Node;
  readonly value?: Node;
}

/** The file's content; undefined when it holds nothing but comments. Throws `config.invalid` with line and column. */
export function readYaml(text: string, file: string): Node | undefined {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const place = (offset: number): Pick<Node, 'where' | 'refuse'> => {
    const { line, col } = lines.linePos(offset);
    const where = `${file}, line ${line}, column ${col}`;
    return {
      where,
      refuse: (sentence, hint) =>
        fail('config.invalid', `${where}: ${sentence}`, {
          ...(hint === undefined ? {} : { hint }),
          details: { line, column: col },
        }),
    };
  };
  const [error] = document.errors;
  if (error) place(error.pos[0]).refuse(`${error.message.slice(0, 200)}.`);
  const convert = (node: unknown, fallback: number): Node | undefined => {
    const offset = (node as YamlNode | null)?.range?.[0] ?? fallback;
    const at = place(offset);
    if (isMap(node)) {
      const entries = node.items.flatMap(({ key, value }): readonly Entry[] => {
        const keyAt = (key as YamlNode).range?.[0] ?? offset;
        if (!isScalar(key)) return place(keyAt).refuse('a key must be a word.');
        const name: Node = { ...place(keyAt), kind: 'scalar', value: String(key.value) };
        const converted = convert(value, keyAt);
        return [{ key: String(key.value), at: name, ...(converted ? { value: converted } : {}) }];
      });
      return { ...at, kind: 'map', entries };
    }
    if (isSeq(node)) {
      return {
        ...at,
        kind: 'list',
        items: node.items.map(
          (item) => convert(item, offset) ?? at.refuse('an entry of this list has no value.'),
        ),
      };
    }
    if (node === null || (isScalar(node) && node.value === null)) return undefined;
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return { ...at, kind: 'scalar', value };
    return at.refuse('this value must be a text, a number, a list or a map.');
  };
  return convert(document.contents, 0);
}

/** The values of a map by key; throws `config.invalid` for anything else and for keys that are not in the list. `what` names the map: `the file`, `\`jira\``. */
export function valuesOf<K extends string>(
  node: Node,
  keys: readonly K[],
  what: string,
): ReadonlyMap<K, Node> {
  if (node.kind !== 'map') return node.refuse(`${what} must be a map with the keys ${keys.join(', ')}.`);
  const values = new Map<K, Node>();
  for (const { key, at, value } of node.entries) {
    const known = keys.find((each) => each === key);
    if (known === undefined) {
      const near = nearest(key, keys);
      return at.refuse(
        `unknown key \`${key.slice(0, 60)}\`.`,
        near === undefined ? `Known keys: ${keys.join(', ')}.` : `Did you mean \`${near}\`?`,
      );
    }
    if (value) values.set(known, value);
  }
  return values;
}

/** A text that is not blank; throws `config.invalid` for anything else. */
export function textOf(node: Node, key: string): string {
  if (node.kind === 'scalar' && typeof node.value === 'string' && node.value.trim() !== '')
    return node.value.trim();
  return node.refuse(`\`${key}\` must be a text.`);
}

/** Texts of a list; one text counts as a list of one. */
export function textsOf(node: Node, key: string): readonly string[] {
  return node.kind === 'list' ? node.items.map((item) => textOf(item, key)) : [textOf(node, key)];
}

/** Puts environment values in the place of `${NAME}`, so that no secret needs to stand in the file. */
export function withEnvironment(node: Node, text: string, env: Env): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
    if (!isVariable(name))
      return node.refuse(
        `\`\${${name.slice(0, 60)}}\` is not the name of an environment variable.`,
        'Write it as `${DATABASE_URL}`.',
      );
    const value = env[name];
    return value === undefined || value === ''
      ? node.refuse(
          `the environment variable ${name} is not set.`,
          `Set ${name}, or give the value on the command line.`,
        )
      : value;
  });
}

/** Whether a word can be the name of an environment variable. */
export function isVariable(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}
