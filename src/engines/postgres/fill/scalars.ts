import type { Make, ValueRequest } from '../../../engine/model.ts';
import { spread, uniform } from './random.ts';

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Whole numbers that suit the name, then those that conditions mention. */
export function integers(request: ValueRequest, base: string): readonly Make[] {
  const { seed, fact, numbers: limits } = request;
  if (request.distinct)
    return [
      (n) => n,
      (n) => `-(${n})`,
      ...limits.map(
        (limit): Make =>
          (n) =>
            `${limit} + ${n}`,
      ),
    ];
  const name = fact.name.toLowerCase();
  const top = base === 'smallint' ? 30_000 : 1_000_000;
  const usual = /year/.test(name)
    ? [1990, 35]
    : /age/.test(name)
      ? [18, 60]
      : /month/.test(name)
        ? [1, 12]
        : /day|hour/.test(name)
          ? [0, 23]
          : /percent|rating|score/.test(name)
            ? [1, 5]
            : /cents|amount|price|bytes|size|ms|duration/.test(name)
              ? [100, Math.min(top, 100_000)]
              : /count|quantity|qty|position|sort/.test(name)
                ? [1, 20]
                : [1, Math.min(top, 1000)];
  return [
    (n) => `${usual[0]} + ${spread(n, seed, usual[1]!)}`,
    ...between(request),
    ...[0, 1, 2, 5, 10, 100, 1000, -1].map(
      (constant): Make =>
        () =>
          String(constant),
    ),
    (n) => n,
  ];
}

/** Decimal numbers that fit the precision. */
export function numbers(request: ValueRequest, base: string, size: RegExpExecArray | null): readonly Make[] {
  const scale = size ? Number(size[2] ?? 0) : 2;
  const room = size ? 10 ** (Number(size[1]) - scale) - 1 : 1_000_000;
  const top = Math.min(room, 1000);
  const round = (text: string): string => `round((${text})::numeric, ${Math.max(0, scale)})`;
  if (request.distinct) return [(n) => `${n}${room < request.rows ? `::numeric / ${10 ** scale}` : ''}`];
  return [
    (n) => round(`${uniform(n, request.seed)} * ${top > 0 ? top : 0.9}`),
    ...between(request),
    ...[1, 0, 0.5, 10, -1].map(
      (constant): Make =>
        () =>
          String(constant),
    ),
    (n) => `${n}::numeric`,
  ];
}

/** Values between the numbers that conditions mention, and right beside them. */
function between(request: ValueRequest): readonly Make[] {
  const known = [...new Set(request.numbers)].toSorted((a, b) => a - b);
  const makes: Make[] = [];
  if (known.length > 0)
    makes.push(
      (n) =>
        `${known[0]} + ${spread(n, request.seed, Math.max(1, Math.floor(known.at(-1)! - known[0]!) + (known.length === 1 ? 100 : 1)))}`,
    );
  for (const number of known.slice(0, 6))
    makes.push(
      () => String(number),
      () => String(number + 1),
      () => String(number - 1),
    );
  return makes;
}

/** Points in time along the window, in the order of the row numbers. */
export function instants(request: ValueRequest): readonly Make[] {
  const { seed, windowDays } = request;
  const name = request.fact.name.toLowerCase();
  const until = `timestamptz ${quote(request.until)}`;
  const made: Make = (n) => `${until} - (1 - ${request.fraction(n)}) * ${windowDays} * interval '1 day'`;
  const later: Make = (n) => `least(${until}, ${made(n)} + ${uniform(n, seed)} * interval '7 days')`;
  const future: Make = (n) => `${made(n)} + interval '30 days'`;
  const far: Make = (n) => `${until} + (1 + ${spread(n, seed, 300)}) * interval '1 day'`;
  const birth: Make = (n) => `${until} - (6570 + ${spread(n, seed, 18_000)}) * interval '1 day'`;
  if (/birth|dob/.test(name)) return [birth, made];
  if (/expire|valid_(to|until)|due|ends?_|until|^to$/.test(name)) return [future, far, made];
  if (
    /updated|modified|last_|seen|completed|finished|ended|closed|paid|shipped|deleted|removed|archived|revoked|cancel/.test(
      name,
    )
  )
    return [later, made, future, far];
  return [made, later, future, far, birth, () => until];
}
