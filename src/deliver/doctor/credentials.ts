/** Whether an agent that runs here could reach a shared or production database, told without a value and without connecting. */
import type { Config } from '../../config/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Finding } from '../../report/model.ts';
import { doorsOf, type Door } from './doors.ts';
import { credentialsAround, type Credential, type Destination, type Env } from './found.ts';

export interface AtHand {
  readonly findings: readonly Finding[];
  /** Places of everything that leads to a database, in the order in which they were found. */
  readonly places: readonly string[];
  /** Names of shared and production databases that can be reached. */
  readonly reached: readonly string[];
}

interface Given {
  readonly engine: Engine;
  readonly config: Config;
  readonly cwd: string;
  readonly env: Env;
  /** The agent that asks, when it is one. */
  readonly agent?: string | undefined;
  /** Addresses of running sandboxes, which anybody may use. */
  readonly sandboxes?: readonly string[];
}

/** Looks at variables and files; nothing is connected to. */
export async function credentialsAtHand({
  engine,
  config,
  cwd,
  env,
  agent,
  sandboxes = [],
}: Given): Promise<AtHand> {
  const around = await credentialsAround(cwd, env);
  const doors = doorsOf(config, env);
  const who = agent ?? 'An agent that is started here';
  const place = (destination: Destination): Destination => normal(engine, destination);
  const known = doors.map((door) => ({ door, places: door.urls.map((url) => place({ url })) }));
  const findings: Finding[] = doors
    .filter(({ kind, written }) => kind !== 'development' && written)
    .map((door) =>
      atHand(door, `databases.${door.name}`, 'A password for it stands in dbd.config.yaml.', who),
    );
  const reached = new Set(findings.map(({ place: at }) => at.slice('databases.'.length)));
  for (const credential of around) {
    const { variable } = credential;
    // What a role that only reads may do is checked where rows are read.
    if (
      variable !== undefined &&
      doors.some((door) => door.readers.includes(variable) && !door.variables.includes(variable))
    )
      continue;
    const leads = credential.leads && place(credential.leads);
    if (leads?.url !== undefined && sandboxes.some((url) => same(place({ url }), leads))) continue;
    const hits = known.filter(
      ({ door, places }) =>
        (variable !== undefined && door.variables.includes(variable)) ||
        (leads !== undefined && opens(credential) && places.some((one) => same(one, leads))) ||
        (door.service !== undefined && door.service === leads?.service),
    );
    const grave = hits.filter(({ door }) => door.kind !== 'development');
    for (const { door } of grave) {
      reached.add(door.name);
      const named = variable !== undefined && door.variables.includes(variable);
      findings.push(
        atHand(
          door,
          credential.place,
          named
            ? `It is what \`databases.${door.name}\` names.`
            : `It leads to the same place as \`databases.${door.name}\`.`,
          who,
        ),
      );
    }
    if (hits.length === 0) findings.push(...other(credential, who));
  }
  return {
    findings,
    places: around
      .filter(({ kind }) => kind !== 'token' && kind !== 'signing-key')
      .map(({ place: at }) => at),
    reached: [...reached],
  };
}

function atHand({ name, kind }: Door, place: string, message: string, who: string): Finding {
  return {
    rule: 'production-credential-at-hand',
    severity: 'error',
    place,
    message,
    why: `${who} can reach the ${kind} database ${name}, whatever rules it was told. That it holds no such credential is the only real barrier.`,
    instead:
      'Take it out of this environment, or start the agent without it (env -u …, another account, a container). Let CI hold it, and give dbd a snapshot, or a role that only reads (databases.<name>.read).',
  };
}

function other({ kind, place }: Credential, who: string): readonly Finding[] {
  if (kind === 'token') return [];
  if (kind === 'signing-key')
    return [
      {
        rule: 'signing-key-at-hand',
        severity: 'error',
        place,
        message: 'The key that signs evidence can be read here.',
        why: `${who} could sign evidence of its own, and a shared database would take it.`,
        instead: 'Let CI alone hold it, and make a new pair with `dbd evidence keygen` if an agent had it.',
      },
    ];
  return [
    {
      rule: 'database-credential-at-hand',
      severity: 'warning',
      place,
      message: 'It leads to a database that dbd.config.yaml does not name.',
      why: `${who} can use it, and nobody has said whose database that is.`,
      instead: 'Name it in the map `databases` with its `kind`, or take it out of this environment.',
    },
  ];
}

/** An address or a password opens a place; a host alone opens nothing. */
function opens({ kind, variable }: Credential): boolean {
  return kind !== 'token' && kind !== 'signing-key' && variable?.toUpperCase() !== 'PGHOST';
}

/** Host, port and database as the client would read them. */
function normal(engine: Engine, destination: Destination): Destination {
  let { host, port, database } = destination;
  if (destination.url !== undefined)
    try {
      const { place } = engine.addresses.read(destination.url);
      [, host, port, database] = /^(.*):(\d+)\/(.*)$/.exec(place) ?? [];
    } catch {
      return destination;
    }
  return {
    ...destination,
    ...(host === undefined ? {} : { host: local(host) }),
    port: port ?? '5432',
    ...(database === undefined ? {} : { database }),
  };
}

function local(host: string): string {
  const name = host.toLowerCase().replace(/\.$/, '');
  return name === 'localhost' || name === '::1' || name.startsWith('127.') ? 'localhost' : name;
}

/** Whether a credential for one opens the other; a database that is not told may be any. */
function same(one: Destination, other: Destination): boolean {
  const part = (a: string | undefined, b: string | undefined): boolean =>
    a === undefined || b === undefined || a === '*' || b === '*' || a === b;
  return (
    one.host !== undefined &&
    other.host !== undefined &&
    part(one.host, other.host) &&
    part(one.port, other.port) &&
    part(one.database, other.database)
  );
}
