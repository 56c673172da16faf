import type { Emit, Event } from '../../base/event.ts';
import { hideSecrets } from '../../base/secret.ts';
import { formatMs } from '../../base/units.ts';
import { clean, shorten } from '../../render/clean.ts';
import { style, type Paint } from '../../render/terminal/style.ts';
import { canRedraw, type Host, type Look } from './host.ts';

/** Draws events; `close` removes what is only drawn for the moment. */
export interface Progress {
  readonly emit: Emit;
  close(): void;
}

/** A checklist with elapsed times where lines can be redrawn, one plain line per finished step elsewhere. */
export function progressOn(host: Pick<Host, 'stderr' | 'env'>, look: Look): Progress {
  const paint = style(look);
  const redraw = canRedraw(host.stderr, host.env);
  const running = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;
  let drawn = false;
  let frame = 0;

  const put = (text: string): void => {
    if (!host.stderr.destroyed) host.stderr.write(text);
  };
  const erase = (): void => {
    if (drawn) put('\r\u001B[2K');
    drawn = false;
  };
  const draw = (): void => {
    erase();
    const last = [...running].at(-1);
    if (!last) return;
    const [name, since] = last;
    frame += 1;
    const glyph = look.unicode ? '◐◓◑◒'[Math.floor(frame / 2) % 4]! : '|/-\\'[frame % 4]!;
    put(
      `${paint.accent(glyph)} ${shorten(name, look.width - 14)} ${paint.faint(formatMs(performance.now() - since))}`,
    );
    drawn = true;
  };
  const tick = (): void => {
    timer ??= redraw ? setInterval(draw, 120).unref() : undefined;
  };

  return {
    emit(event) {
      erase();
      if (event.kind === 'started') running.set(event.step, performance.now());
      if (event.kind === 'step') running.delete(event.step);
      const line = lineOf(event, look, paint);
      if (line) put(`${line}\n`);
      if (redraw && running.size > 0) {
        draw();
        tick();
      }
    },
    close() {
      clearInterval(timer);
      timer = undefined;
      erase();
    },
  };
}

function lineOf(event: Event, look: Look, paint: Paint): string | undefined {
  switch (event.kind) {
    case 'started':
      return undefined;
    case 'step': {
      const note = event.note
        ? ` ${paint.faint(`· ${shorten(hideSecrets(event.note), look.width - 30)}`)}`
        : '';
      return `${paint.good(paint.glyph.yes)} ${shorten(hideSecrets(event.step), look.width - 14)}${note} ${paint.faint(formatMs(event.ms))}`;
    }
    case 'note':
      return `${paint.faint(paint.glyph.dot)} ${clean(hideSecrets(event.text))}`;
    case 'warning':
      return `${paint.warn(paint.glyph.warn)} ${clean(hideSecrets(event.text))}`;
    case 'output':
      return hideSecrets(clean(event.text))
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => paint.faint(`${paint.glyph.bar} ${line}`))
        .join('\n');
  }
}
