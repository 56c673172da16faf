/** Maintenance windows: `sat,sun 01:00-05:00 Europe/Berlin`. */
import type { WindowConfig } from './model.ts';
import { textOf, type Node } from './yaml.ts';

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const form = /^(?:([a-z,\s-]+?)\s+)?(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s+(\S+)$/i;

/** Reads one window; throws `config.invalid`. */
export function readWindow(node: Node): WindowConfig {
  const text = textOf(node, 'window');
  const found = form.exec(text);
  const wrong = (): never =>
    node.refuse(
      'this window cannot be read.',
      'Write days, times and a time zone: `sat,sun 01:00-05:00 Europe/Berlin`, `mon-fri 22:00-04:00 UTC`, `02:00-04:00 UTC`.',
    );
  if (!found) return wrong();
  const [, days = '', fromHour, fromMinute, toHour, toMinute, zone] = found;
  const minutes = (hour: string, minute: string): number => Number(hour) * 60 + Number(minute);
  const [from, to] = [minutes(fromHour!, fromMinute!), minutes(toHour!, toMinute!)];
  if (from >= 1440 || to > 1440 || Number(fromMinute) > 59 || Number(toMinute) > 59) return wrong();
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone! });
  } catch {
    return node.refuse(`\`${zone!.slice(0, 60)}\` is not a time zone.`, 'Write it as Europe/Berlin or UTC.');
  }
  return { days: daysOf(days, wrong), from, to, zone: zone!, text };
}

function daysOf(text: string, wrong: () => never): readonly number[] {
  const day = (word: string): number => {
    const at = dayNames.findIndex((name) => name === word.trim().toLowerCase().slice(0, 3));
    return at < 0 ? wrong() : at;
  };
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .flatMap((part) => {
      const [first, last] = part.split('-').map(day);
      if (last === undefined) return [first!];
      return Array.from({ length: ((last - first! + 7) % 7) + 1 }, (_, i) => (first! + i) % 7);
    });
}
