/** Prints requirements as the canonical block: every id given, units canonical, what was assumed marked. */
import { hash } from '../base/hash.ts';
import { each, filled, layOut, literal, map, some, type Part, type Tree, type Unknown } from './layout.ts';
import type { Given, Open, Requirements, Skew, Task } from './model.ts';
import { sayer } from './block/says.ts';
import { entityOf, fieldsOf, routineOf, tenancyOf } from './write-entity.ts';
import { printCount, printDays, printDuration, printPerDay, printRate } from './units.ts';

const unknown: Unknown = { kind: 'unknown' };

/** The canonical block of a task as YAML, without its fence; reading it again gives equal requirements. */
export function writeBlock(task: Pick<Task, 'requirements' | 'open'>): string {
  return layOut(canonical(task));
}

/** A whole task file with the canonical block: title, prose, block. */
export function writeTask(task: Task): string {
  const block = writeBlock(task).trimEnd();
  const fence = '`'.repeat(
    Math.max(3, ...[...block.matchAll(/^\s*(`{3,})/gm)].map((match) => match[1]!.length + 1)),
  );
  const heading = /^\s*#/.test(task.prose) ? task.prose : `# ${task.title}\n\n${task.prose}`.trim();
  return `${heading}\n\n${fence}yaml\n${block}\n${fence}\n`;
}

/** SHA-256 of the canonical block; the order of fields counts, the writing does not. */
export function hashBlock(task: Pick<Task, 'requirements' | 'open'>): string {
  return hash(JSON.stringify(canonical(task)));
}

/** What of `open` the canonical block shows: an assumed value that equals the default is not written. */
export function keptOpen({ requirements, open }: Pick<Task, 'requirements' | 'open'>): readonly Open[] {
  const tree = blockOf(requirements);
  const kept = open.filter(({ path, kind }) => kind === 'unknown' || partAt(tree, path) !== undefined);
  const unique = new Map(kept.map((each) => [each.path.join('\0'), each]));
  return [...unique].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

function partAt(tree: Tree, path: readonly string[]): Part {
  let part: Part = tree;
  path.forEach((key, depth) => {
    const entries: Tree['entries'] = isTree(part) ? part.entries : [];
    part = entries.find(
      ([name]) => name === key || (depth === 1 && isNamed(path[0]) && name.replace(/\s.*$/s, '') === key),
    )?.[1];
  });
  return part;
}

function canonical({ requirements, open }: Pick<Task, 'requirements' | 'open'>): Tree {
  return mark(blockOf(requirements), [], new Map(open.map((each) => [each.path.join('\0'), each.kind])));
}

/** Puts `unknown` and `{ assume: … }` where the task has them. */
function mark(tree: Tree, path: readonly string[], open: ReadonlyMap<string, Open['kind']>): Tree {
  const entries: (readonly [string, Part])[] = tree.entries.map(([key, part]) => {
    const here = [...path, path.length === 1 && isNamed(path[0]) ? key.replace(/\s.*$/s, '') : key];
    const kind = open.get(here.join('\0'));
    if (kind === 'unknown') return [key, unknown];
    const inner = isTree(part) ? mark(part, here, open) : part;
    return [key, kind === 'assumed' && part !== undefined ? { kind: 'assumed', part: inner } : inner];
  });
  const prefix = path.length === 0 ? '' : `${path.join('\0')}\0`;
  const present = new Set(tree.entries.map(([key]) => `${prefix}${key}`));
  for (const [at, kind] of open) {
    const isHere = kind === 'unknown' && at.startsWith(prefix) && !at.slice(prefix.length).includes('\0');
    if (isHere && !present.has(at)) entries.push([at.slice(prefix.length), unknown]);
  }
  return { kind: 'map', entries: entries.filter(([, part]) => part !== undefined) };
}

function blockOf(r: Requirements): Tree {
  const name = (reference: string): string =>
    r.entities.find(({ id }) => id === reference)?.name ?? reference;
  const say = sayer(name);
  const said = (says: string, derived: string): string | undefined => (says === derived ? undefined : says);
  const section = <T extends { readonly id: string }>(
    claims: readonly T[],
    print: (claim: T) => Tree,
  ): Tree | undefined =>
    filled({ kind: 'map', entries: claims.map((claim) => [claim.id, print(claim)] as const) });
  const { rename, split, merge, backfill, drop } = r.change;
  const columns = (part: typeof split): Tree | undefined =>
    part && { kind: 'map', entries: [...each(part.columns, (list) => list).entries, ['using', part.using]] };
  return map({
    dbd: 1,
    change: map({
      engine: r.change.engine,
      kind: r.change.kind,
      rename: filled(each(rename, (to) => to)),
      split: columns(split),
      merge: columns(merge),
      backfill: backfill && each(backfill, (sql) => sql),
      drop,
    }),
    extensions: some(r.extensions),
    schema: r.schema,
    entities: filled({
      kind: 'map',
      entries: r.entities.map(
        (e) =>
          [e.name === e.id ? e.id : `${e.id} ${e.name}`, entityOf(e, said(e.says, say.entity(e)))] as const,
      ),
    }),
    relations: section(r.relations, (l) =>
      map({
        says: said(l.says, say.relation(l)),
        from: l.from,
        to: l.to.length === 1 ? l.to[0] : l.to,
        name: l.name,
        required: l.required || undefined,
        on_delete: l.onDelete === 'no action' ? undefined : l.onDelete,
        one: l.one || undefined,
        via: l.via,
        fields: l.fields && fieldsOf(l.fields),
        tree: l.tree,
      }),
    ),
    rules: section(r.rules, (rule) =>
      map({
        says: said(rule.says, say.rule(rule)),
        of: rule.of,
        check: rule.check,
        unique: rule.unique,
        exclude: rule.exclude && each(rule.exclude, (operator) => operator),
        never: rule.never,
        lock: some(rule.lock),
        given: some(rule.given.map(literal)),
        accept: some(rule.accept.map(literal)),
        reject: some(rule.reject.map(literal)),
      }),
    ),
    access: section(r.access, (a) =>
      map({
        says: said(a.says, say.access(a)),
        sql: a.sql,
        insert: a.insert,
        transaction: a.transaction,
        rate: givenPart(a.rate, printRate),
        p95: a.p95 === undefined ? undefined : printDuration(a.p95),
        params: filled(each(a.params, (values) => values.map(literal))),
      }),
    ),
    volume: section(r.volumes, (v) =>
      map({
        says: said(v.says, say.volume(v)),
        of: v.of,
        now: givenPart(v.now, (rows) => (rows < 1000 ? rows : printCount(rows))),
        per_day: givenPart(v.perDay, printPerDay),
        horizon: givenPart(v.horizonDays, printDays),
        skew: filled(each(v.skew, skewPart)),
      }),
    ),
    lifecycle: section(r.lifecycle, (c) =>
      map({
        says: said(c.says, say.lifecycle(c)),
        of: c.of,
        keep: printDays(c.keepDays),
        // oxlint-disable-next-line unicorn/no-thenable -- the word of the task format
        then: c.then,
        hold: c.hold,
      }),
    ),
    privacy: section(r.privacy, (p) =>
      map({
        says: said(p.says, say.privacy(p)),
        of: p.of,
        class: p.class,
        mask: p.mask,
        readers: some(p.readers),
        purpose: p.purpose,
        encrypt: p.encrypt || undefined,
      }),
    ),
    limits: section(r.limits, (b) =>
      map({
        says: said(b.says, say.limit(b)),
        blocked: b.blockedMs === undefined ? undefined : printDuration(b.blockedMs),
        lock_wait: b.lockWaitMs === undefined ? undefined : printDuration(b.lockWaitMs),
        rewrite: b.rewrite,
      }),
    ),
    compat: section(r.compat, (k) => map({ says: said(k.says, say.compatibility()), workload: k.workload })),
    accept: section(r.acceptance, (a) => map({ says: said(a.says, say.acceptance(a)), by: a.by })),
    routines: filled({
      kind: 'map',
      entries: r.routines.map(
        (f) =>
          [f.name === '' ? f.id : `${f.id} ${f.name}`, routineOf(f, said(f.says, say.routine(f)))] as const,
      ),
    }),
    tenancy: r.tenancy && tenancyOf(r.tenancy),
    roles: filled(each(r.roles, (kind) => kind)),
  });
}

function givenPart<T>(given: Given<T>, print: (value: T) => string | number): Part {
  if (given.kind === 'unknown') return unknown;
  return given.kind === 'assumed' ? { kind: 'assumed', part: print(given.value) } : print(given.value);
}

function skewPart(skew: Skew): Part {
  if (skew.kind === 'weights') return each(skew.weights, (weight) => weight);
  return skew.kind === 'zipf' ? `zipf ${skew.exponent}` : 'uniform';
}

/** Sections whose keys carry a name beside the id. */
function isNamed(section: string | undefined): boolean {
  return section === 'entities' || section === 'routines';
}

function isTree(part: Part): part is Tree {
  return typeof part === 'object' && 'kind' in part && part.kind === 'map';
}
