/** Times, sizes and addresses as the file writes them. */
import type { LazyText } from './model.ts';
import { isVariable, textOf, type Env, type Node } from './yaml.ts';

/** The text is checked now and filled in when somebody connects: the variables of other targets may be unset. Throws `config.invalid`. */
export function lazy(node: Node): LazyText {
  const text = textOf(node, 'url');
  for (const [, name] of text.matchAll(/\$\{([^}]*)\}/g))
    if (!isVariable(name!))
      node.refuse(
        `\`\${${name!.slice(0, 60)}}\` is not the name of an environment variable.`,
        'Write it as `${DATABASE_URL}`.',
      );
  return {
    resolve(env: Env) {
      return text.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
        const value = env[name];
        return value === undefined || value === ''
          ? node.refuse(
              `the environment variable ${name} is not set.`,
              `Set ${name} and run the command again.`,
            )
          : value;
      });
    },
  };
}

const seconds: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  min: 60,
  m: 60,
  h: 3600,
  d: 86_400,
};

/** Milliseconds of `500ms`, `10s`, `5min`; throws `config.invalid`. */
export function duration(node: Node, key: string): number {
  const found = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)$/.exec(textOf(node, key));
  return found
    ? Number(found[1]) * seconds[found[2]!]! * 1000
    : node.refuse(`\`${key}\` must be a duration such as 500ms, 10s, 5min or 24h.`);
}

const sizes: Readonly<Record<string, number>> = { kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/** Bytes of `64kB`, or of `50MB/s` for an amount per second; throws `config.invalid`. */
export function bytes(node: Node, key: string, per: '' | '/s'): number {
  const found = /^(\d+(?:\.\d+)?)\s*(kB|MB|GB)(\/s)?$/.exec(textOf(node, key));
  return found && (per === '/s' || found[3] === undefined)
    ? Number(found[1]) * sizes[found[2]!]!
    : node.refuse(
        `\`${key}\` must be an amount${per === '' ? ' such as 64kB' : ' per second such as 50MB'}.`,
      );
}
