/** The block's claims as requirements: ids canonical, references resolved, what is absent assumed. */
import { checkCircles } from './circles.ts';
import { checkEntities, checkRow, headings, readEntities, readRelations } from './entities.ts';
import { readRoutines, readTenancy } from './routines.ts';
import { optional, record } from './values.ts';
import { refuse, refuseValue, shown, type At } from '../form/form.ts';
import type {
  Access,
  ChangeKind,
  ChangeRequest,
  Entity,
  Given,
  Privacy,
  Relation,
  Requirements,
  Rule,
  Volume,
} from '../model.ts';
import { checkName, didYouMean, resolver, type Resolve } from './references.ts';
import { sayer, type Sayer } from './says.ts';
import type { RawBlock } from './vocabulary.ts';

/** Rate that is assumed when an access pattern gives none. */
export const assumedRate = { perSecond: 1, peakPerSecond: 1 };
/** Days that a design holds for when the task gives no horizon. */
export const assumedHorizonDays = 365;
/** New rows per day when a volume gives neither a stock nor a growth. */
export const assumedPerDay = 1000;

/** Turns what was read into requirements; throws `task.unknown-reference`, `task.circular` and `task.wrong-value`. */
export function readClaims(raw: RawBlock, root: At): Requirements {
  const named = headings(raw.entities ?? []);
  const resolve = resolver(named);
  const nameOf = (reference: string): string => named.find(({ id }) => id === reference)?.name ?? reference;
  const say = sayer(nameOf);
  const entities = readEntities(raw.entities ?? [], resolve, say);
  const relations = readRelations(raw.relations ?? [], resolve, nameOf, say);
  checkEntities(raw.entities ?? [], entities, relations);
  checkCircles(entities, relations, root.source.name);
  const found = (id: string): Entity | undefined => entities.find((entity) => entity.id === id);
  const requirements = {
    change: readChange(raw),
    entities,
    relations,
    rules: readRules(raw, resolve, found, relations, say),
    access: readAccess(raw, resolve, say),
    volumes: readVolumes(raw, resolve, found, relations, say),
    lifecycle: (raw.lifecycle ?? []).map(({ id, name, place, at, value }) => {
      const keepDays =
        value.keep ??
        refuse(
          at,
          'task.wrong-value',
          `\`${at.path.join('.')}.keep\` is missing; it must be a span of time such as \`6 months\`.`,
        );
      const claim = {
        id,
        of: resolve(value.of!),
        keepDays,
        // oxlint-disable-next-line unicorn/no-thenable -- the word of the task format
        then: value.then ?? ('delete' as const),
        ...optional('hold', value.hold),
      };
      return { ...claim, says: value.says ?? name ?? say.lifecycle(claim), place };
    }),
    privacy: readPrivacy(raw, resolve, found, relations, say),
    limits: (raw.limits ?? []).map(({ id, name, place, value }) => {
      const claim = {
        id,
        ...optional('blockedMs', value.blocked),
        ...optional('lockWaitMs', value.lock_wait),
        ...optional('rewrite', value.rewrite),
      };
      return { ...claim, says: value.says ?? name ?? say.limit(claim), place };
    }),
    compat: (raw.compat ?? []).map(({ id, name, place, value }) => ({
      id,
      workload: value.workload ?? 'current',
      says: value.says ?? name ?? say.compatibility(),
      place,
    })),
    routines: readRoutines(raw, resolve, found, relations, say),
    ...optional('tenancy', raw.tenancy && readTenancy(raw.tenancy, resolve)),
    roles: record((raw.roles ?? []).map(([role, kind]) => [role, kind])),
    extensions: raw.extensions ?? [],
    ...optional('schema', raw.schema),
  };
  return { ...requirements, acceptance: readAcceptance(raw, requirements, named, say) };
}

function readChange(raw: RawBlock): ChangeRequest {
  const change = raw.change;
  const parts = (columns: readonly (readonly [string, readonly string[]])[]) => ({
    columns: record(columns.filter(([column]) => column !== 'using')),
    ...optional('using', columns.find(([column]) => column === 'using')?.[1][0]),
  });
  return {
    engine: change?.engine ?? 'postgres',
    kind: change?.kind ?? impliedKind(raw),
    rename: record((change?.rename ?? []).map(([from, to]) => [from, to])),
    ...optional('split', change?.split && parts(change.split)),
    ...optional('merge', change?.merge && parts(change.merge)),
    ...optional(
      'backfill',
      change?.backfill && record(change.backfill.map(([column, expression]) => [column, expression])),
    ),
    ...optional('drop', change?.drop),
  };
}

function impliedKind(raw: RawBlock): ChangeKind {
  for (const kind of ['rename', 'split', 'merge', 'backfill', 'drop'] as const)
    if (raw.change?.[kind] !== undefined) return kind;
  if ((raw.entities ?? []).length > 0) return 'new';
  return raw.schema === undefined && (raw.relations ?? raw.rules) === undefined && raw.access !== undefined
    ? 'tune'
    : 'alter';
}

function readRules(
  raw: RawBlock,
  resolve: Resolve,
  found: (id: string) => Entity | undefined,
  relations: readonly Relation[],
  say: Sayer,
): readonly Rule[] {
  return (raw.rules ?? []).map(({ id, name, place, at, value }) => {
    const of = resolve(value.of!);
    const forms = [value.check, value.unique, value.exclude, value.never];
    if (forms.filter((form) => form !== undefined).length !== 1)
      return refuse(
        at,
        'task.wrong-value',
        `\`${at.path.join('.')}\` must have either \`check\` or \`unique\` (or \`exclude\`, or \`never\`).`,
      );
    const entity = found(of);
    if (entity) {
      for (const each of [...(value.unique ?? []), ...(value.lock ?? [])])
        checkName(entity, relations, each.value, each.at);
      for (const [excluded, , where] of value.exclude ?? [])
        checkName(entity, relations, excluded, { ...at, place: where });
      for (const row of [...(value.given ?? []), ...(value.accept ?? []), ...(value.reject ?? [])])
        checkRow(entity, relations, row);
    }
    const rule = {
      id,
      of,
      ...optional('check', value.check),
      ...optional(
        'unique',
        value.unique?.map((each) => each.value),
      ),
      ...optional(
        'exclude',
        value.exclude && record(value.exclude.map(([field, operator]) => [field, operator])),
      ),
      ...optional('never', value.never),
      lock: (value.lock ?? []).map((each) => each.value),
      given: (value.given ?? []).map((row) => row.value),
      accept: (value.accept ?? []).map((row) => row.value),
      reject: (value.reject ?? []).map((row) => row.value),
    };
    return { ...rule, says: value.says ?? name ?? say.rule(rule), place };
  });
}

function readAccess(raw: RawBlock, resolve: Resolve, say: Sayer): readonly Access[] {
  return (raw.access ?? []).map(({ id, name, place, at, value }) => {
    const forms = [value.sql, value.insert, value.transaction].filter((form) => form !== undefined);
    // A pattern that is only a sentence becomes a question with a draft.
    if (forms.length > 1 || (forms.length === 0 && value.says === undefined && name === undefined))
      return refuse(
        at,
        'task.wrong-value',
        `\`${at.path.join('.')}\` must have either \`sql\` or \`insert\` (or \`transaction\`, or a sentence in \`says\` to draft it from).`,
      );
    const access = {
      id,
      ...optional('sql', value.sql?.trim()),
      ...optional('insert', value.insert && resolve(value.insert)),
      ...optional('transaction', value.transaction),
      rate: value.rate ?? ({ kind: 'assumed', value: assumedRate } as const),
      ...optional('p95', value.p95),
      params: record((value.params ?? []).map(([parameter, values]) => [parameter, values])),
    };
    return { ...access, says: value.says ?? name ?? say.access(access), place };
  });
}

function readVolumes(
  raw: RawBlock,
  resolve: Resolve,
  found: (id: string) => Entity | undefined,
  relations: readonly Relation[],
  say: Sayer,
): readonly Volume[] {
  return (raw.volume ?? []).map(({ id, name, place, at, value }) => {
    const of = resolve(value.of!);
    const entity = found(of);
    if (entity)
      for (const [field, , where] of value.skew ?? [])
        checkName(entity, relations, field, { ...at, place: where });
    const perDay =
      value.per_day ??
      assumed(
        value.now?.kind === 'declared' && value.now.value > 0
          ? Math.ceil(value.now.value / 365)
          : assumedPerDay,
      );
    // A table that does not exist yet starts with one day's rows; an existing one with a year's.
    const daily = perDay.kind === 'unknown' ? assumedPerDay : perDay.value;
    const volume = {
      id,
      of,
      now: value.now ?? assumed(Math.ceil(entity ? daily : daily * 365)),
      perDay,
      horizonDays: value.horizon ?? assumed(assumedHorizonDays),
      skew: record((value.skew ?? []).map(([field, skew]) => [field, skew])),
    };
    return { ...volume, says: value.says ?? name ?? say.volume(volume), place };
  });
}

function assumed<T>(value: T): Given<T> {
  return { kind: 'assumed', value };
}

function readPrivacy(
  raw: RawBlock,
  resolve: Resolve,
  found: (id: string) => Entity | undefined,
  relations: readonly Relation[],
  say: Sayer,
): readonly Privacy[] {
  return (raw.privacy ?? []).map(({ id, name, place, value }) => {
    const { value: written, at } = value.of!;
    const dot = written.lastIndexOf('.');
    const owner = resolve({ value: written.slice(0, dot), at });
    const entity = found(owner);
    if (entity) checkName(entity, relations, written.slice(dot + 1), at);
    const claim = {
      id,
      of: `${owner}${written.slice(dot)}`,
      class: value.class ?? 'personal',
      ...optional('mask', value.mask),
      readers: value.readers ?? [],
      ...optional('purpose', value.purpose),
      encrypt: value.encrypt ?? false,
    };
    return { ...claim, says: value.says ?? name ?? say.privacy(claim), place };
  });
}

function readAcceptance(
  raw: RawBlock,
  others: Omit<Requirements, 'acceptance'>,
  named: readonly { readonly id: string; readonly name: string }[],
  say: Sayer,
): Requirements['acceptance'] {
  const claims = [
    others.entities,
    others.relations,
    others.rules,
    others.access,
    others.volumes,
    others.lifecycle,
    others.privacy,
    others.limits,
    others.compat,
    others.routines,
  ];
  const ids = claims.flat().map((claim) => claim.id);
  return (raw.accept ?? []).map(({ id, name, place, at, value }) => {
    const by = (value.by ?? []).map(({ value: reference, at: where }) => {
      const found = ids.includes(reference)
        ? reference
        : named.find((entity) => entity.name === reference)?.id;
      return (
        found ??
        refuse(
          where,
          'task.unknown-reference',
          `there is no claim ${shown(reference)}.`,
          didYouMean(reference, ids),
        )
      );
    });
    if (by.length === 0) return refuseValue({ ...at, path: [...at.path, 'by'] }, 'a list of claim ids');
    return { id, by, says: value.says ?? name ?? say.acceptance({ id, by }), place };
  });
}
