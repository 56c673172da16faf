/** When a maintenance window is open, in its own time zone. */
import type { WindowConfig } from '../config/model.ts';

const minuteMs = 60_000;
/** Windows repeat weekly; one more day covers those that go over midnight. */
const horizonMinutes = 8 * 24 * 60;

/** How long it stays open, or when it opens next. */
export type WindowState =
  | { readonly kind: 'always' }
  | { readonly kind: 'open'; readonly leftMs: number; readonly window: WindowConfig }
  | { readonly kind: 'shut'; readonly opensAt: Date | undefined };

/** The state of windows at an instant; steps of a minute, so that changes of the clock are what the zone says they are. */
export function windowState(windows: readonly WindowConfig[], now: Date): WindowState {
  if (windows.length === 0) return { kind: 'always' };
  const clocks = windows.map((window) => ({ window, clock: clockOf(window.zone) }));
  const start = Math.floor(now.getTime() / minuteMs) * minuteMs;
  const openAt = (time: number): WindowConfig | undefined =>
    clocks.find(({ window, clock }) => isOpen(window, clock(time)))?.window;
  const window = openAt(start);
  for (let minute = 1; minute <= horizonMinutes; minute++) {
    const time = start + minute * minuteMs;
    const open = openAt(time) !== undefined;
    if (window !== undefined && !open) return { kind: 'open', leftMs: time - now.getTime(), window };
    if (window === undefined && open) return { kind: 'shut', opensAt: new Date(time) };
  }
  return window === undefined ? { kind: 'shut', opensAt: undefined } : { kind: 'always' };
}

interface Clock {
  /** 0 is Sunday. */
  readonly day: number;
  readonly minute: number;
}

const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

function clockOf(zone: string): (time: number) => Clock {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (time) => {
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    return {
      day: dayNames.indexOf(parts['weekday'] ?? ''),
      minute: Number(parts['hour']) * 60 + Number(parts['minute']),
    };
  };
}

function isOpen({ days, from, to }: WindowConfig, { day, minute }: Clock): boolean {
  const on = (one: number): boolean => days.length === 0 || days.includes(one);
  if (to > from) return on(day) && minute >= from && minute < to;
  // Over midnight: the evening of its day, and the morning after.
  return (on(day) && minute >= from) || (on((day + 6) % 7) && minute < to);
}
