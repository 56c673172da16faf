import { exitCodes } from '../../base/codes.ts';
import type { Host } from './host.ts';

/** How a run that was asked to stop ends. */
export interface Stop {
  readonly signal: AbortSignal;
  /** Exit code of the signal that came, if one came. */
  code(): number | undefined;
  /** Resolves with the code some seconds after a signal, when the run has not ended by then. */
  readonly late: Promise<number>;
}

/** Milliseconds a run gets to remove its sandboxes after the first signal. */
const patience = 8000;

/** The first SIGINT or SIGTERM aborts the run's signal, the second ends the process at once. */
export function watchSignals(host: Host, told: (text: string) => void): Stop {
  const controller = new AbortController();
  let code: number | undefined;
  let giveUp: (code: number) => void = () => undefined;
  const late = new Promise<number>((resolve) => {
    giveUp = resolve;
  });
  const stop = (exit: number): void => {
    if (code !== undefined) host.exit(exit);
    code = exit;
    told('Stopping and removing what was started; once more stops at once.');
    controller.abort();
    setTimeout(() => giveUp(exit), patience).unref();
  };
  host.on('SIGINT', () => stop(exitCodes.interrupted));
  host.on('SIGTERM', () => stop(exitCodes.terminated));
  return { signal: controller.signal, code: () => code, late };
}
