/** Figures as people read them; parsing of a task's units lives in `task/units`. */

/** Milliseconds as `0.8 ms`, `12 ms`, `1.25 s`, `3 min 20 s`. */
export function formatMs(ms: number): string {
  if (ms < 1) return `${trim(ms, 2)} ms`;
  if (ms < 10) return `${trim(ms, 1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${trim(ms / 1000, 2)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds % 60 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${seconds / 60} min`;
}

/** Bytes as `512 B`, `8.0 kB`, `1.2 MB`, in powers of 1024 as PostgreSQL prints them. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${Math.round(value)} B` : `${value.toFixed(value < 100 ? 1 : 0)} ${units[unit]}`;
}

/** Counts as `950`, `12k`, `1.2M`, `3.4G`. */
export function formatCount(count: number): string {
  const steps: readonly [number, string][] = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ];
  // What would round up to a thousand of the smaller unit is one of the larger.
  for (const [size, suffix] of steps)
    if (Math.abs(count) >= size * 0.99995) return `${trim(count / size, 1)}${suffix}`;
  return trim(count, 2);
}

function trim(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
