import type { Draft, SettingTrial } from './model.ts';

/** A draft and what trying it came to. */
export interface Tried {
  readonly draft: Draft;
  readonly trial?: SettingTrial;
  /** `fine`: the trial shows that the value now is as good. */
  readonly outcome: 'advised' | 'derived' | 'withheld' | 'fine';
  /** Why it is not advised, or why it could not be tried. */
  readonly because: string;
}
