import type { ServerContext } from '@modelcontextprotocol/server';
import type { Emit, Event } from '../../base/event.ts';
import { hideSecrets } from '../../base/secret.ts';
import { formatMs } from '../../base/units.ts';

/** Sends events as progress when the client asked for it; what cannot be sent is not worth failing for. */
export function progressTo(context: ServerContext): Emit {
  const token = context.mcpReq._meta?.progressToken;
  if (token === undefined) return () => undefined;
  let progress = 0;
  return (event) => {
    const message = wordsOf(event);
    if (message === undefined) return;
    progress += 1;
    void context.mcpReq
      .notify({
        method: 'notifications/progress',
        params: { progressToken: token, progress, message: hideSecrets(message) },
      })
      .catch(() => undefined);
  };
}

/** An event as one line; nothing for what a program printed. */
export function wordsOf(event: Event): string | undefined {
  switch (event.kind) {
    case 'started':
      return `${event.step} …`;
    case 'step':
      return `${event.step}${event.note ? `: ${event.note}` : ''} (${formatMs(event.ms)})`;
    case 'note':
    case 'warning':
      return event.text;
    case 'output':
      return undefined;
  }
}
