import type { Child } from './child-of.ts';
import type { Children } from './children.ts';
import type { Places } from './places.ts';

/** How the children of one foreign key find their parents. */
export interface KnownLink {
  readonly children: Children;
  readonly places: Places;
  /** No parent has two children. */
  readonly single: boolean;
  /** SQL of the parent's number from 0 for a child's place, and of the child's number among its siblings. */
  readonly child: (place: string) => Child;
}
