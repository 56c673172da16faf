/** Reads `SET lock_timeout`, whose value may carry a unit. */

const setting =
  /^\s*(?:set\s+(?:session\s+|local\s+)?lock_timeout\s*(?:=|to)\s*|select\s+(?:pg_catalog\.)?set_config\s*\(\s*'lock_timeout'\s*,\s*)'?\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?\s*'?/i;
const reset =
  /^\s*(?:reset\s+(?:lock_timeout|all)\b|set\s+(?:session\s+)?lock_timeout\s*(?:=|to)\s*default\b)/i;

const factors: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds that the statement sets `lock_timeout` to; 0 where it takes the limit away. */
export function parseLimit(sql: string): number | undefined {
  const text = sql.replace(/^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '');
  if (reset.test(text)) return 0;
  const found = setting.exec(text);
  return found ? Math.round(Number(found[1]) * factors[(found[2] ?? 'ms').toLowerCase()]!) : undefined;
}
