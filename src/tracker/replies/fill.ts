/** Puts an answer where the block has its question. */
import { isMap, isScalar, parse, parseDocument, type Document as Yaml, type YAMLMap } from 'yaml';
import type { Question } from '../../task/task.ts';

/** The block with the answer in it; undefined where the answer is no value of that place. */
export function filled(block: string, question: Question, answer: string): string | undefined {
  const yaml = parseDocument(block, { version: '1.2', schema: 'core', logLevel: 'silent' });
  if (yaml.errors.length > 0 || !isMap(yaml.contents)) return undefined;
  const place = placeOf(yaml, question);
  if (!place) return undefined;
  const value = valueOf(answer, place.key, question);
  if (value === undefined) return undefined;
  place.map.set(place.key, yaml.createNode(value, { flow: true }));
  return yaml.toString({ lineWidth: 0 });
}

interface Place {
  readonly map: YAMLMap;
  readonly key: string;
}

/** The map and key that a question is about: the path that it names, or the key of its guess in the claim. */
function placeOf(yaml: Yaml, { about, text, guess }: Question): Place | undefined {
  const [, path] = /^What is `([^`]+)`\?$/.exec(text) ?? [];
  if (path !== undefined) {
    const keys = path.split('.');
    let map = yaml.contents as unknown;
    for (const key of keys.slice(0, -1)) map = childOf(map, key);
    return isMap(map) ? { map, key: keys.at(-1)! } : undefined;
  }
  const [, key] = /^([a-z_]+):\s/.exec(guess ?? '') ?? [];
  if (key === undefined || !isMap(yaml.contents)) return undefined;
  for (const { value } of yaml.contents.items) {
    const claim = childOf(value, about);
    if (isMap(claim)) return { map: claim, key };
  }
  return undefined;
}

/** The value below a key; ids may have the name of the thing behind them. */
function childOf(map: unknown, key: string): unknown {
  if (!isMap(map)) return undefined;
  return map.items.find(({ key: name }) => {
    const word = isScalar(name) ? String(name.value) : '';
    return word === key || word.startsWith(`${key} `);
  })?.value;
}

/** The value that an answer means: itself in the notation of the block, with or without the key; a yes means the guess. */
function valueOf(answer: string, key: string, { guess }: Question): unknown {
  const bare = answer.replaceAll(/^`+|`+$/g, '').trim();
  if (/^(?:yes|ok|okay|agreed)[.!]?$/i.test(bare) && guess !== undefined) {
    const guessed = read(guess.slice(guess.indexOf(':') + 1));
    const sure =
      guessed !== null && typeof guessed === 'object' && 'assume' in guessed ? guessed.assume : guessed;
    return sure ?? undefined;
  }
  const value = read(bare);
  if (
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    Object.keys(value).length === 1 &&
    key in value
  )
    return (value as Readonly<Record<string, unknown>>)[key] ?? undefined;
  return value === null ? undefined : value;
}

function read(text: string): unknown {
  try {
    return parse(text, { version: '1.2', schema: 'core', maxAliasCount: 0, logLevel: 'silent' });
  } catch {
    return undefined;
  }
}
