import { clean, oneLine } from '../clean.ts';

/** Text that is safe between tags and within quoted attributes. */
export function text(value: string): string {
  return encode(clean(value));
}

/** The same on one line. */
export function line(value: string): string {
  return encode(oneLine(value));
}

/** Text with inline code between backticks shown as code. */
export function prose(value: string): string {
  return line(value).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

/** A word that may stand in an `id` or a fragment. */
export function anchor(value: string): string {
  return (
    value
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') || 'section'
  );
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function encode(value: string): string {
  return value.replaceAll(/[&<>"']/g, (character) => entities[character]!);
}
