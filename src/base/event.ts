/** One thing that happens while a command runs; the faces draw these as progress, the result never depends on them. */
export type Event =
  | { readonly kind: 'started'; readonly step: string }
  | { readonly kind: 'step'; readonly step: string; readonly ms: number; readonly note?: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'warning'; readonly text: string }
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string };

/** Receives events in the order they happen. */
export type Emit = (event: Event) => void;

/** Runs one named step and tells when it began and how long it took (milliseconds). */
export async function step<T>(
  emit: Emit,
  name: string,
  work: () => Promise<T>,
  note?: (value: T) => string,
): Promise<T> {
  emit({ kind: 'started', step: name });
  const start = performance.now();
  const value = await work();
  emit({ kind: 'step', step: name, ms: performance.now() - start, ...(note ? { note: note(value) } : {}) });
  return value;
}
