import type { RewriteRule } from '../place.ts';
import { tokensOf, within } from '../text.ts';

/** A WITH query that is carried out as a whole before the query that needs a part of it. */
export const cteWithoutFence: RewriteRule = {
  id: 'cte-without-fence',
  find: ({ sql, level, core }) => {
    if (!level.with || level.cores[0] !== core || level.tree.withClause?.recursive) return [];
    const tokens = within(tokensOf(sql), level.with);
    const depth = tokens[0]!.depth;
    const edits = tokens.flatMap((token, at) => {
      const next = tokens[at + 1];
      if (token.depth !== depth || token.text.toLowerCase() !== 'as' || !next) return [];
      if (next.text.toLowerCase() === 'materialized')
        return [{ from: next.from, to: next.to, text: 'NOT MATERIALIZED' }];
      const name = tokens[at - 1]?.text.toLowerCase();
      const uses = tokensOf(sql).filter((one) => one.text.toLowerCase() === name).length;
      // One that is used once is taken apart by itself.
      return next.text === '(' && tokens[at - 1]?.kind === 'word' && uses > 2
        ? [{ from: next.from, to: next.from, text: 'NOT MATERIALIZED ' }]
        : [];
    });
    return edits.length === 0
      ? []
      : [
          {
            edits,
            because:
              'the WITH query is carried out as a whole, whatever the query around it asks for; NOT MATERIALIZED lets conditions into it',
          },
        ];
  },
};
