/** Sentences of claims that the task gives none for. */
import type {
  Access,
  Acceptance,
  Entity,
  Lifecycle,
  Limit,
  Privacy,
  Relation,
  Routine,
  Rule,
  Volume,
} from '../model.ts';
import { printCount, printDays, printDuration, printPerDay } from '../units.ts';

type Unsaid<C> = Omit<C, 'says' | 'place'>;

/** Derives the sentence of each kind of claim; `name` turns an entity's id into its name. */
export function sayer(name: (reference: string) => string) {
  return {
    entity: (e: Unsaid<Entity>): string => e.purpose ?? `There is a place for each ${e.name}`,
    relation(r: Unsaid<Relation>): string {
      const to = r.to.map(name).join(' or ');
      if (r.via !== undefined) return `${name(r.from)} and ${to} are related many to many`;
      return `Each ${name(r.from)} ${r.required ? 'has' : 'may have'} ${r.one ? 'its own' : 'a'} ${r.name} (${to})`;
    },
    rule: (r: Unsaid<Rule>): string =>
      r.check !== undefined
        ? `Every ${name(r.of)} has ${oneLine(r.check)}`
        : r.exclude !== undefined
          ? `No two of ${name(r.of)} meet in ${Object.keys(r.exclude).join(', ')}`
          : r.never === undefined
            ? `${name(r.of)} is unique by ${(r.unique ?? []).join(', ')}`
            : `${name(r.of)} never has ${oneLine(r.never)}`,
    access: (a: Unsaid<Access>): string =>
      a.insert === undefined ? oneLine(a.sql ?? a.transaction?.join('; ') ?? '') : `Insert ${name(a.insert)}`,
    volume(v: Unsaid<Volume>): string {
      const now = v.now.kind === 'unknown' ? 'an unknown number of' : printCount(v.now.value);
      const more = v.perDay.kind === 'unknown' ? 'an unknown number' : printPerDay(v.perDay.value);
      const horizon = v.horizonDays.kind === 'unknown' ? 'an unknown time' : printDays(v.horizonDays.value);
      return `${name(v.of)}: ${now} rows now, ${more} more, for ${horizon}`;
    },
    lifecycle(c: Unsaid<Lifecycle>): string {
      const then = { delete: 'deleted', anonymise: 'anonymised', archive: 'archived' }[c.then];
      return `Rows of ${name(c.of)} older than ${printDays(c.keepDays)} are ${then}`;
    },
    privacy: (p: Unsaid<Privacy>): string =>
      `${p.of} is ${p.class}${p.readers.length > 0 ? `, read by ${p.readers.join(', ')} only` : ''}`,
    limit(b: Unsaid<Limit>): string {
      const parts = [
        ...(b.blockedMs === undefined
          ? []
          : [`existing queries are blocked for at most ${printDuration(b.blockedMs)}`]),
        ...(b.lockWaitMs === undefined
          ? []
          : [`the change waits at most ${printDuration(b.lockWaitMs)} for a lock`]),
        ...(b.rewrite === undefined
          ? []
          : [b.rewrite === 'never' ? 'no existing table is rewritten' : 'tables may be rewritten']),
      ].join('; ');
      return parts === '' ? 'No limit' : `${parts.slice(0, 1).toUpperCase()}${parts.slice(1)}`;
    },
    compatibility: (): string => 'The running application keeps working',
    routine: (f: Unsaid<Routine>): string =>
      ({
        upsert: `Insert or update ${name(f.of ?? '')} by ${f.on.join(', ')}`,
        bulk: `Load many ${name(f.of ?? '')} in batches of ${printCount(f.batch)}`,
        function: `The function ${f.name || f.id}`,
        procedure: `The procedure ${f.name || f.id}`,
      })[f.kind],
    acceptance: (a: Unsaid<Acceptance>): string => `Accepted by ${a.by.join(', ')}`,
  };
}

/** The sentences of one block. */
export type Sayer = ReturnType<typeof sayer>;

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
