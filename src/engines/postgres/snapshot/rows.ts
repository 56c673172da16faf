import type { Recording, Section } from './model.ts';

/** Rows of a section as their builder knows them; none when it was not run. */
export function rowsOf<R>(recording: Recording, section: Section): readonly R[] {
  return (recording.rows.get(section.name) ?? []) as readonly unknown[] as readonly R[];
}
