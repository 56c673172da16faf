/** Indexes that may go, by what a snapshot of each node shows. */
import { describe, expect, test } from 'vitest';
import type { Snapshot, WhatIf } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { dropCandidates } from '../../src/tune/candidates/drop-candidates.ts';
import { indexCandidates } from '../../src/tune/candidates/index-candidates.ts';
import type { DropCandidates, DropOptions } from '../../src/tune/candidates/model.ts';
import { asked } from './candidate-work.ts';

/** Tests over a production with indexes too many, and its twin. */
export function drops(seen: () => { readonly snapshot: Snapshot; readonly trial: WhatIf }): void {
  describe('drops', () => {
    const day = 86_400_000;
    /** The snapshot as if its counters had run for so many days without a scan. */
    const idle = (days: number, database: Readonly<Record<string, number>> = {}): Snapshot => ({
      ...seen().snapshot,
      activity: {
        ...seen().snapshot.activity,
        since: new Date(Date.parse(seen().snapshot.takenAt) - days * day).toISOString(),
        indexes: seen().snapshot.activity.indexes.map(({ schema, name }) => ({ schema, name, scans: 0 })),
        database: { ...seen().snapshot.activity.database, ...database },
      },
    });
    const replica = (days: number): Snapshot => ({
      ...idle(days),
      source: { ...seen().snapshot.source, standby: true },
    });
    const dropsWith = (more: Partial<DropOptions> = {}): DropCandidates =>
      dropCandidates({ engine: postgres, primary: idle(90), replicas: [], used: new Set(), ...more });
    const names = ({ candidates }: DropCandidates, why: 'redundant' | 'unused'): readonly string[] =>
      candidates.filter((one) => one.why === why).map(({ index }) => index.name);

    test('the server tells how many standbys follow', () => {
      expect(seen().snapshot.activity.database).toMatchObject({ standbys: 0, standbySlots: 0 });
    });

    test('an index that another one covers is redundant, and plans go on without it', async () => {
      const found = dropsWith();
      expect(new Set(names(found, 'redundant'))).toEqual(
        new Set(['orders_customer_idx', 'orders_customer_again_idx', 'customers_email_again_idx']),
      );
      const one = found.candidates.find(({ index }) => index.name === 'orders_customer_idx')!;
      expect(one.evidence[0]).toMatch(
        /^orders_customer_placed_idx \(\d+ kB\) does all that it does: CREATE INDEX/,
      );
      expect(one.by).toContainEqual({
        kind: 'index',
        index: { schema: 'sales', name: 'orders_customer_placed_idx' },
      });
      const without = found.candidates.filter(({ why }) => why === 'redundant').map(({ index }) => index);
      const sql = 'SELECT * FROM sales.orders WHERE customer_id = 77';
      expect((await seen().trial.price(sql, [], { without })).indexes).toEqual([
        'orders_customer_placed_idx',
      ]);
    });

    test('a candidate that does all of its work lets an index go', () => {
      const { candidates } = indexCandidates({
        engine: postgres,
        snapshot: seen().snapshot,
        work: [
          asked(
            'it',
            "SELECT * FROM tickets WHERE tenant_id = 1 AND state = 'open' ORDER BY priority, opened_at LIMIT 5",
          ),
        ],
      });
      const found = dropsWith({ candidates }).candidates.find(
        ({ index }) => index.name === 'tickets_state_idx',
      );
      expect(found).toMatchObject({
        why: 'redundant',
        by: [{ kind: 'candidate', id: 'public.tickets USING btree (tenant_id, state, priority, opened_at)' }],
      });
    });

    test('nothing that a constraint, an identity or a foreign key needs', () => {
      const all = dropsWith().candidates.map(({ index }) => index.name);
      expect(all).toContain('orders_total_idx');
      for (const needed of [
        'customers_email_key',
        'tickets_pkey',
        'products_sku_key',
        'web_sessions_customer_idx',
        'stock_pkey',
      ])
        expect(all).not.toContain(needed);
      expect(all.some((name) => name.startsWith('events_2025'))).toBe(false);
      expect(dropsWith().told.join('\n')).toContain('deletes of a referenced table need');
    });

    test('an index that the workload uses is not unused', () => {
      expect(names(dropsWith(), 'unused')).toContain('orders_total_idx');
      const found = dropsWith({ used: new Set(['sales.orders_total_idx']) });
      expect(names(found, 'unused')).not.toContain('orders_total_idx');
      expect(found.told.join('\n')).toContain(
        '1 index is without a scan, but plans of this workload use it.',
      );
    });

    test('every node has to say that nobody uses it, for long enough', () => {
      const why = (more: Partial<DropOptions>): string => {
        const found = dropsWith(more);
        expect(names(found, 'unused')).toEqual([]);
        return found.told.join('\n');
      };
      expect(why({ primary: idle(20) })).toContain(
        'the counters of the primary reach back 20 days, and 35 are needed.',
      );
      expect(why({ primary: idle(90, { standbys: 2 }) })).toContain(
        'there are 2 replicas, and none has a snapshot here.',
      );
      expect(
        why({ primary: idle(90, { standbys: 2 }), replicas: [{ name: 'reader', snapshot: replica(90) }] }),
      ).toContain('only 1 of them has a snapshot');
      expect(
        why({ primary: idle(90, { standbys: 1 }), replicas: [{ name: 'reader', snapshot: replica(10) }] }),
      ).toContain('the counters of reader reach back 10 days');
      expect(why({ primary: replica(90) })).toContain("a standby's");
      const { standbys: _standbys, ...older } = idle(90).activity.database;
      const unknown = { ...idle(90), activity: { ...idle(90).activity, database: older } };
      expect(why({ primary: unknown })).toContain('not known how many replicas');
      expect(names(dropsWith({ primary: unknown, replicaCount: 0 }), 'unused')).toContain('orders_total_idx');
      const both = dropsWith({
        primary: idle(90, { standbys: 1 }),
        replicas: [{ name: 'reader', snapshot: replica(60) }],
      });
      const one = both.candidates.find(({ index }) => index.name === 'orders_total_idx')!;
      expect(one.evidence.slice(0, 2).map((sentence) => sentence.replace(/\d{4}-\d\d-\d\d/, 'DAY'))).toEqual([
        'On the primary it was not scanned once since DAY (90 days).',
        'On reader it was not scanned once since DAY (60 days).',
      ]);
    });

    test('a scan on one replica keeps an index', () => {
      const reader = replica(90);
      const scanned = {
        ...reader,
        activity: {
          ...reader.activity,
          indexes: reader.activity.indexes.map((one) => ({
            ...one,
            scans: one.name === 'orders_total_idx' ? 1 : 0,
          })),
        },
      };
      const found = dropsWith({
        primary: idle(90, { standbys: 1 }),
        replicas: [{ name: 'reader', snapshot: scanned }],
      });
      expect(names(found, 'unused')).not.toContain('orders_total_idx');
      expect(names(found, 'unused').length).toBeGreaterThan(3);
    });
  });
}
