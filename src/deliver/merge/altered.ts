/** What is told of a migration that has run, and is not what it was. */
import { startOf } from '../../render/issues.ts';
import type { Finding } from '../../report/model.ts';

/** It does something else now; `into` is what the base is called. */
export function edited(file: string, into: string): Finding {
  return {
    rule: 'migration-edited',
    severity: 'error',
    place: file,
    span: startOf(file),
    message: `${file} is on ${into} already, and does something else here.`,
    why: 'Databases that have run it do not get the edit, or refuse it.',
    instead: 'Leave it as it was, and add a migration that follows.',
  };
}

/** It is gone, or called otherwise. */
export function gone(file: string, moved: string | undefined, into: string): Finding {
  return {
    rule: moved === undefined ? 'migration-deleted' : 'migration-renamed',
    severity: 'error',
    place: file,
    span: startOf(moved ?? file),
    message:
      moved === undefined
        ? `${file} is on ${into}, and is gone here.`
        : `${file} is on ${into}, and is called ${moved} here.`,
    why:
      moved === undefined
        ? 'Databases that have run it keep what it did; new ones do not get it.'
        : 'Tools know migrations by their names, and run it a second time.',
    instead: 'Put it back; take away what it did with a migration that follows.',
  };
}

/** Its way back does something else. */
export function wayBackEdited(file: string, into: string): Finding {
  return {
    rule: 'way-back-edited',
    severity: 'warning',
    place: file,
    span: startOf(file),
    message: `The way back of ${file}, which is on ${into}, was altered; it was not rehearsed here.`,
  };
}
