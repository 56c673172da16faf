import { plural } from '../../../base/text.ts';
import type { Name } from '../../../catalog/model.ts';
import type { Unseen } from '../../../engine/snapshot/model.ts';
import { quote } from '../quote.ts';
import type { Recording } from './model.ts';
import { hiddenExtended } from './sections/extended-statistics.ts';
import { BTREES } from './sections/index-pages.ts';
import { placesOf } from './sections/places.ts';
import { heldRelations, neverAnalyzed, toRelations } from './sections/relations.ts';
import { rightsOf, type RightsRow } from './sections/rights.ts';
import { hiddenSequences } from './sections/sequences.ts';
import { hiddenSettings } from './sections/settings.ts';
import { changedRoutines, type ChangedRoutine } from './sections/changed-routines.ts';
import { costlyTablespaces } from './sections/tablespaces.ts';
import { toSource } from './sections/source.ts';
import { hiddenStatements } from './hidden-statements.ts';

/** What this role could not see, with the statement that opens it; `means` is what a twin lacks because of it. */
export function unseenIn(recording: Recording): readonly Unseen[] {
  const { source } = toSource(recording);
  const role = quote.identifier(source.role.name);
  return [
    ...hiddenColumns(recording, role, source.versionNumber),
    ...hiddenRanges(recording, role),
    ...ofOwners(recording, role),
    ...hiddenPages(recording, source.role.superuser),
    ...hiddenStatements(recording, role),
    ...bySchema(hiddenSequences(recording)).map(({ schema, names }) => ({
      what: `where ${listed('sequence', names)} stand${names.length === 1 ? 's' : ''}`,
      why: `${source.role.name} may not read ${names.length === 1 ? 'it' : 'them'}`,
      grant:
        names.length > few
          ? `GRANT SELECT ON ALL SEQUENCES IN SCHEMA ${quote.identifier(schema)} TO ${role};`
          : `GRANT SELECT ON SEQUENCE ${names.map(full).join(', ')} TO ${role};`,
      means: 'the sequences of a twin begin anew',
    })),
    ...locked(heldRelations(recording)),
    ...bySchema(neverAnalyzed(recording)).map(({ names }) => ({
      what: `statistics of ${listed('table', names)}`,
      why: `${names.length === 1 ? 'it was' : 'they were'} never analysed, so the server itself has none`,
      grant: `ANALYZE ${names.map(full).join(', ')};`,
      means: 'a twin guesses there as production does now; rows for them are made up without knowing values',
    })),
    ...ownSettings(recording, role, quote.identifier(source.database)),
    ...costlyTablespaces(recording).map(({ name, options, relations }) => ({
      what: `the tablespace ${quote.identifier(name)} with ${options.join(', ')}, where ${plural(relations.length, 'table or index', 'tables and indexes')} lie${relations.length === 1 ? 's' : ''}`,
      why: 'a snapshot carries no tablespaces',
      means: 'a twin prices their pages by the settings of the server',
      notExact: relations.map((one) => `${one.index ? 'index' : 'table'} ${one.schema}.${one.name}`),
    })),
    ...ofOthers(changedRoutines(recording)),
    ...(recording.failed.has('probes')
      ? [
          {
            what: 'the probes',
            why: recording.failed.get('probes')!,
            means: 'rows of a filled twin go together less as they do in production',
          },
        ]
      : []),
    ...(source.standby
      ? [
          {
            what: 'writes and statements of the primary server',
            why: 'this server is a standby, which counts its own queries only',
            means: 'rates and workload are those of this standby; take a snapshot of the primary for its own',
          },
        ]
      : []),
  ];
}

/** More tables than this are named by their number. */
const few = 5;

function hiddenColumns(recording: Recording, role: string, version: number): readonly Unseen[] {
  const rights = rightsOf(recording);
  const means =
    'the planner of a twin guesses these columns, and rows for them are made without knowing values';
  const closed = rights.filter((row) => row.visible < row.columns);
  return [
    ...bySchema(closed.filter((row) => !row.index)).map(({ schema, names }) => ({
      what: `statistics of ${listed('table', names, (row) =>
        row.visible > 0 ? ` (${row.columns - row.visible} of ${plural(row.columns, 'column')})` : '',
      )}`,
      why: 'the server shows the statistics of a column to those who may read it',
      grant:
        names.length > few
          ? `GRANT SELECT ON ALL TABLES IN SCHEMA ${quote.identifier(schema)} TO ${role};`
          : `GRANT SELECT ON ${names.map(full).join(', ')} TO ${role};`,
      means,
    })),
    ...together(closed.filter((row) => row.index)).map((names) => ({
      what: `statistics of expressions in ${listed('index', names)}`,
      why: `the server shows them to the owner of the table${version < 140_000 ? '' : ' and to members of pg_read_all_data'} only`,
      grant: `GRANT ${version < 140_000 ? owners(names) : 'pg_read_all_data'} TO ${role};`,
      means: 'the planner of a twin guesses these expressions',
    })),
    ...together(rights.filter((row) => row.row_security)).map((names) => ({
      what: `statistics of ${listed('table', names)} with row security`,
      why: 'the server hides them from everybody for whom row security holds',
      grant: `ALTER ROLE ${role} BYPASSRLS;`,
      means,
    })),
  ];
}

const owners = (rows: readonly RightsRow[]): string =>
  [...new Set(rows.map(({ owner }) => quote.identifier(owner)))].join(', ');

function hiddenRanges(recording: Recording, role: string): readonly Unseen[] {
  const tables = rightsOf(recording).filter((row) => row.ranges > 0 && !row.index);
  if (tables.length === 0 || toSource(recording).source.versionNumber >= 170_000) return [];
  if (placesOf(recording)['raw_statistics'] === true) return [];
  return [
    {
      what: `statistics of ranges in ${listed('table', tables)}`,
      why: 'before PostgreSQL 17 only pg_statistic holds them, which a superuser may open',
      grant: `GRANT SELECT ON pg_catalog.pg_statistic TO ${role};`,
      means: 'the planner of a twin guesses conditions on these ranges',
    },
  ];
}

function ofOwners(recording: Recording, role: string): readonly Unseen[] {
  const owners = new Map<string, Name[]>();
  for (const { name, owner } of hiddenExtended(recording))
    owners.set(owner, [...(owners.get(owner) ?? []), name]);
  return [...owners].map(([owner, names]) => ({
    what: `figures of the extended statistics ${listed('', names)}`,
    why: 'the server shows them to the owner of the table only',
    grant: `GRANT ${quote.identifier(owner)} TO ${role};`,
    means: 'the planner of a twin takes these columns as independent',
  }));
}

function hiddenPages(recording: Recording, superuser: boolean): readonly Unseen[] {
  const methods = new Set(toRelations(recording).flatMap(({ index }) => (index ? [index.method] : [])));
  if (placesOf(recording)['pages_usable'] === true && !recording.failed.has(BTREES.name)) return [];
  if (!['btree', 'gin', 'brin'].some((method) => methods.has(method))) return [];
  const why = recording.failed.get(BTREES.name);
  return [
    {
      what: 'first pages of indexes: levels of b-trees, counts of GIN, ranges of BRIN',
      why:
        why ??
        (superuser ? 'the extension pageinspect is not installed' : 'pageinspect answers superusers only'),
      ...(superuser && why === undefined ? { grant: 'CREATE EXTENSION pageinspect;' } : {}),
      means: 'they are worked out from the length of the files and the width of the keys',
    },
  ];
}

function ownSettings(recording: Recording, role: string, database: string): readonly Unseen[] {
  const hidden = hiddenSettings(recording);
  if (hidden.length === 0) return [];
  const resets = hidden.flatMap(({ name, by }) =>
    by === 'client'
      ? []
      : `ALTER ROLE ${role}${by === 'role' ? '' : ` IN DATABASE ${database}`} RESET ${name};`,
  );
  return [
    {
      what: `the server's value of ${hidden.map(({ name }) => name).join(', ')}`,
      why: 'the reading role or its client has a value of its own, which hides it',
      ...(resets.length === 0 ? {} : { grant: resets.join(' ') }),
      means: 'a twin plans with the value of the reading role',
    },
  ];
}

function locked(names: readonly Name[]): readonly Unseen[] {
  if (names.length === 0) return [];
  return [
    {
      what: `length of the files of ${names.map(full).join(', ')}`,
      why: 'another session had locked it for itself',
      means:
        'a twin takes the pages that the last ANALYZE counted; take the snapshot again for the length of now',
    },
  ];
}

function ofOthers(routines: readonly ChangedRoutine[]): readonly Unseen[] {
  return together(routines).map((group) => ({
    what: `changes of ${listed('routine', group)}`,
    why: 'a snapshot carries routines of the server and of extensions by name only',
    means: 'a twin has them as they come, with other costs and rows or another body',
    notExact: group.map((one) => `routine ${one.schema}.${one.name}(${one.arguments})`),
  }));
}

/** All in one group, or no group. */
const together = <N extends Name>(names: readonly N[]): readonly (readonly N[])[] =>
  names.length === 0 ? [] : [names];

function bySchema<N extends Name>(
  all: readonly N[],
): readonly { readonly schema: string; readonly names: readonly N[] }[] {
  return [...new Set(all.map(({ schema }) => schema))].map((schema) => ({
    schema,
    names: all.filter((one) => one.schema === schema),
  }));
}

function listed<N extends Name>(
  noun: string,
  names: readonly N[],
  more: (name: N) => string = () => '',
): string {
  const some = names.slice(0, few).map((name) => `${full(name)}${more(name)}`);
  const rest = names.length - some.length;
  const all = rest > 0 ? `${some.join(', ')} and ${rest} more` : some.join(', ');
  if (noun === '') return all;
  return names.length === 1
    ? all
    : `${plural(names.length, noun, noun === 'index' ? 'indexes' : `${noun}s`)}: ${all}`;
}

const full = ({ schema, name }: Name): string => `${quote.identifier(schema)}.${quote.identifier(name)}`;
