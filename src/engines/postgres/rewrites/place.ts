/** What a rule of rewriting looks at and what it finds. */
import type { Catalog } from '../../../catalog/model.ts';
import type { Rewrite } from '../../../engine/model.ts';
import type { Core, Level } from './levels.ts';
import type { Edit } from './text.ts';
import type { Sight } from './sight.ts';

/** One SELECT of a statement with what its names mean. */
export interface Place {
  /** The whole statement. */
  readonly sql: string;
  readonly level: Level;
  readonly core: Core;
  readonly sight: Sight;
  readonly catalog: Catalog;
}

/** One way to say a place otherwise. */
export interface Found extends Pick<Rewrite, 'contract' | 'pages' | 'takes'> {
  readonly edits: readonly Edit[];
  readonly because: string;
  readonly provided?: readonly string[];
}

export interface RewriteRule {
  readonly id: Rewrite['rule'];
  /** Places change each other: the rule is applied to its own result until it finds no more. */
  readonly repeats?: true;
  find(place: Place): readonly Found[];
}
