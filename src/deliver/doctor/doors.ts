/** Which databases of the configuration an agent must hold no credential of, and by what they are known. */
import type { Config, DatabaseConfig } from '../../config/model.ts';

/** A database of the configuration as credentials are held against it. */
export interface Door {
  readonly name: string;
  readonly kind: 'development' | 'shared' | 'production';
  /** Variables that its addresses name. */
  readonly variables: readonly string[];
  /** Variables of the address as a role that can do nothing but read. */
  readonly readers: readonly string[];
  /** Addresses as far as the file and the environment tell; never shown. */
  readonly urls: readonly string[];
  /** An address with a password stands in the configuration itself. */
  readonly written: boolean;
  readonly service?: string;
}

/** The databases of the configuration; what is not said to be for development counts as shared. */
export function doorsOf(config: Config, env: Readonly<Record<string, string | undefined>>): readonly Door[] {
  return Object.entries(config.databases ?? {}).map(([name, database]) => {
    const addresses = [database.url, database.direct].filter((one) => one !== undefined);
    const named = addresses.map((address) => variablesOf(address));
    return {
      name,
      kind: database.kind ?? 'shared',
      variables: [...new Set(named.flatMap(({ variables }) => variables))],
      readers: database.read ? variablesOf(database.read.url).variables : [],
      urls: addresses.flatMap((address) => resolved(address, env) ?? []),
      written: named.some(({ text }) => /:\/\/[^\s/@]*:[^\s/@{}]+@|[?&]password=[^&{}]+/.test(text)),
      ...(database.service === undefined ? {} : { service: database.service }),
    };
  });
}

type Address = DatabaseConfig['url'];

/** Variables of an address, and its text with them left open. */
function variablesOf(address: Address): { readonly variables: readonly string[]; readonly text: string } {
  const variables: string[] = [];
  const asked = new Proxy<Record<string, string>>(
    {},
    {
      get: (_, name) => {
        variables.push(String(name));
        return '{}';
      },
    },
  );
  return { text: address.resolve(asked), variables };
}

function resolved(address: Address, env: Readonly<Record<string, string | undefined>>): string | undefined {
  try {
    return address.resolve(env);
  } catch {
    return undefined;
  }
}
