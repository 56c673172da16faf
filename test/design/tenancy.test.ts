import { describe, expect, it } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { board } from './board.ts';

const block = `
change: { engine: postgres, kind: new }
tenancy: { model: shared, of: E1, quota: { E2: 3 } }
entities:
  E1 Organisation: { table: organisations, fields: { name: { type: text, required: true, unique: true } } }
  E2 Project:
    table: projects
    tenant: organisation
    history: audit
    fields: { code: { type: text, required: true, unique: true } }
  E3 Task:
    table: tasks
    tenant: organisation
    fields: { title: { type: text, required: true } }
  E4 Label:
    table: labels
    tenant: organisation
    key: [name]
    fields: { name: { type: text, required: true } }
relations:
  L1: { from: E2, to: E1, name: organisation, required: true, on_delete: cascade }
  L2: { from: E3, to: E1, name: organisation, required: true, on_delete: cascade }
  L3: { from: E3, to: E2, name: project, required: true, on_delete: cascade }
  L4: { from: E3, to: E3, name: parent, on_delete: set null }
  L5: { from: E4, to: E1, name: organisation, required: true, on_delete: cascade }
  L6: { from: E3, to: E4, name: labels, via: task_labels }
`;

const parted = `
change: { engine: postgres, kind: new }
tenancy: { model: shared, of: E1 }
entities:
  E1 Organisation: { table: organisations, fields: { name: { type: text, required: true } } }
  E2 Folder: { table: folders, tenant: organisation, fields: { title: { type: text, required: true } } }
  E3 Payment:
    table: payments
    tenant: organisation
    history: audit
    outbox: true
    partition: { by: paid_at, every: month, ahead: 1 }
    fields: { paid_at: { type: instant, required: true, default: now }, mail: { type: text, required: true } }
  E4 Kind: { table: kinds, key: [name], fields: { name: { type: text, required: true } } }
relations:
  L1: { from: E2, to: E1, name: organisation, required: true, on_delete: cascade }
  L2: { from: E3, to: E1, name: organisation, required: true, on_delete: cascade }
  L3: { from: E2, to: E2, name: parent, on_delete: cascade, tree: closure }
  L4: { from: E2, to: E4, name: kind }
privacy:
  P1: { of: E3.mail, class: personal, mask: email, readers: [app], purpose: To answer }
`;

describe('tables that tenants share', () => {
  it('lead keys, uniques and references with the tenant', async () => {
    const { after, design } = await board(block);
    const table = (name: string) => after.tables.find((one) => one.name === name)!;
    const constraints = (name: string): readonly string[] =>
      table(name)
        .constraints.filter(({ kind }) => kind !== 'not-null')
        .map(({ definition }) => definition);
    expect({
      projects: constraints('projects'),
      tasks: constraints('tasks'),
      labels: constraints('labels'),
      task_labels: constraints('task_labels'),
      organisations: constraints('organisations'),
    }).toEqual({
      organisations: ['UNIQUE (name)', 'PRIMARY KEY (id)'],
      projects: [
        'UNIQUE (organisation_id, code)',
        'FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE',
        'UNIQUE (organisation_id, id)',
        'PRIMARY KEY (id)',
      ],
      tasks: [
        'FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE',
        'UNIQUE (organisation_id, id)',
        'FOREIGN KEY (organisation_id, parent_id) REFERENCES public.tasks(organisation_id, id) ON DELETE SET NULL (parent_id)',
        'PRIMARY KEY (id)',
        'FOREIGN KEY (organisation_id, project_id) REFERENCES public.projects(organisation_id, id) ON DELETE CASCADE',
      ],
      labels: [
        'FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE',
        'PRIMARY KEY (organisation_id, name)',
      ],
      task_labels: [
        'FOREIGN KEY (organisation_id, label_name) REFERENCES public.labels(organisation_id, name)',
        'FOREIGN KEY (organisation_id) REFERENCES public.organisations(id) ON DELETE CASCADE',
        'PRIMARY KEY (organisation_id, task_id, label_name)',
        'FOREIGN KEY (organisation_id, task_id) REFERENCES public.tasks(organisation_id, id)',
      ],
    });
    for (const name of ['organisations', 'projects', 'tasks', 'labels', 'task_labels', 'project_audit'])
      expect(`${name} ${table(name).rowSecurity} ${table(name).policies.length}`).toBe(
        `${name} forced ${name === 'project_audit' ? 2 : 1}`,
      );
    expect(design.choices.some(({ chosen }) => chosen.startsWith('row security by'))).toBe(true);
    for (const name of ['projects', 'tasks', 'labels', 'task_labels'])
      expect(table(name).indexes.some(({ keys }) => keys[0] === 'organisation_id')).toBe(true);
  });

  it('refuse references, moves and rows beyond the limit', async () => {
    const { session, attempt, texts, after } = await board(block);
    expect(after.tables.map(({ name }) => name)).toContain('tenant_usage');
    await session.run(`INSERT INTO organisations (name) VALUES ('a'), ('b');
      INSERT INTO projects (organisation_id, code) VALUES (1, 'x'), (2, 'x'), (1, 'y')`);
    expect(await texts('SELECT kept FROM tenant_usage ORDER BY organisation_id')).toEqual(['2', '1']);
    expect(await attempt(`INSERT INTO projects (organisation_id, code) VALUES (1, 'x')`)).toBe(
      'projects_code_key',
    );
    expect(
      await attempt(`INSERT INTO tasks (organisation_id, project_id, title) VALUES (1, 2, 'not ours')`),
    ).toBe('tasks_project_id_fkey');
    expect(
      await attempt(`INSERT INTO tasks (organisation_id, project_id, title) VALUES (1, 1, 'ours')`),
    ).toBe('ok');
    expect(await attempt(`UPDATE projects SET organisation_id = 2 WHERE code = 'y'`)).toBe(
      'projects_keep_tenant',
    );
    expect(await attempt(`INSERT INTO projects (organisation_id, code) VALUES (1, 'z'), (1, 'z2')`)).toBe(
      'projects_quota',
    );
    expect(await attempt(`INSERT INTO projects (organisation_id, code) VALUES (1, 'z'), (2, 'z')`)).toBe(
      'ok',
    );
    expect(await attempt(`DELETE FROM projects WHERE code = 'z'`)).toBe('ok');
    expect(await texts('SELECT kept FROM tenant_usage ORDER BY organisation_id')).toEqual(['2', '1']);
    expect(await attempt('DELETE FROM organisations WHERE id = 1')).toBe('ok');
    expect(await texts('SELECT organisation_id FROM tenant_usage')).toEqual(['2']);
  });

  it('take odd and long names', async () => {
    const long = 'ж'.repeat(31);
    const odd = block
      .replace('table: projects', () => `table: 'pro (je) $& "cts'`)
      .replace('table: tasks', `table: ${long}`)
      .replace('quota: { E2: 3 }', 'quota: { E2: 3, E3: 4 }');
    const { after } = await board(odd);
    for (const name of ['pro (je) $& "cts', long])
      expect(after.tables.find((table) => table.name === name)).toMatchObject({ rowSecurity: 'forced' });
    const [key] = after.tables
      .find(({ name }) => name === long)!
      .constraints.filter(({ references }) => references?.name.startsWith('pro'));
    expect(key!.references).toMatchObject({ name: 'pro (je) $& "cts', columns: ['organisation_id', 'id'] });
  });

  it('keep paths, partitions, masks and truncated rows apart, and references to others indexed', async () => {
    const database = await testDatabase();
    const { owner } = await testSandbox();
    const { after, session, attempt, texts } = await board(parted, '', {
      createDatabase: () => Promise.resolve(database),
    } as unknown as Sandbox);
    const table = (name: string) => after.tables.find((one) => one.name === name)!;
    expect(table('folders').indexes.map(({ keys }) => keys.join())).toContain('kind_name');
    expect(table('folder_paths')).toMatchObject({ rowSecurity: 'on', policies: [{}] });
    const parts = after.tables.filter(({ partitionOf }) => partitionOf);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.map(({ rowSecurity }) => rowSecurity)).toEqual(parts.map(() => 'on'));
    expect(after.views.find(({ name }) => name === 'payments_masked')!.definition).toContain('app.tenant');
    const admin = await postgres.connect(database.adminUrl);
    // Owners elsewhere have no right to go around row security.
    await admin.query(`ALTER ROLE ${owner} NOBYPASSRLS`);
    try {
      for (const tenant of ['1', '2']) {
        await session.query(`SELECT set_config('app.tenant', '${tenant}', false)`);
        await session.query(`INSERT INTO organisations (name) VALUES ('o')`);
        await session.query(`INSERT INTO payments (organisation_id, mail) VALUES (${tenant}, 'a@b.c')`);
        await session.query(`INSERT INTO folders (organisation_id, title) VALUES (${tenant}, 'top')`);
      }
      expect(await texts('SELECT count(*) FROM payment_audit')).toEqual(['1']);
      expect(await texts('SELECT count(*) FROM folder_paths')).toEqual(['2']);
      expect(await attempt('TRUNCATE payments')).toBe('payments_truncate');
      // Who goes around row security writes for tenants without naming one; the record is written as the owner.
      const correct = (): Promise<string> =>
        admin.query(`UPDATE payments SET mail = mail || 'm'`).then(
          () => 'ok',
          (error: { fields?: { sqlstate?: string } }) => String(error.fields?.sqlstate),
        );
      expect(await correct()).toBe('ok');
      const { rows } = await admin.query(`SELECT count(*)::int AS n FROM payment_audit`);
      expect(rows).toEqual([{ n: 4 }]);
      await admin.query('DROP POLICY payment_audit_written ON payment_audit');
      expect(await correct()).toBe('42501');
      await session.query('ALTER TABLE folder_paths FORCE ROW LEVEL SECURITY');
      expect(await texts('SELECT count(*) FROM folder_paths')).toEqual(['1']);
    } finally {
      await admin.query(`ALTER ROLE ${owner} BYPASSRLS`);
      await admin.close();
    }
    // The view's owner goes around row security again, and it still shows one tenant's rows.
    expect(await texts('SELECT count(*) FROM payments')).toEqual(['2']);
    expect(await texts('SELECT count(*) FROM payments_masked')).toEqual(['1']);
    expect(await texts('SELECT done FROM payments_partitions(3)')).toEqual(['made', 'made']);
    const later = (await postgres.inspect(session)).tables.filter(({ partitionOf }) => partitionOf);
    expect(later.map(({ rowSecurity }) => rowSecurity)).toEqual(later.map(() => 'on'));
  });

  it('refuse a soft deletion whose children the owner may not see', async () => {
    const database = await testDatabase();
    const { owner } = await testSandbox();
    const { session } = await board(
      `
change: { engine: postgres, kind: new }
tenancy: { model: shared, of: E1 }
entities:
  E1 Organisation: { table: organisations, fields: { name: { type: text, required: true } } }
  E2 Folder: { table: folders, tenant: organisation, history: soft-delete, fields: { title: { type: text, required: true } } }
relations:
  L1: { from: E2, to: E1, name: organisation, required: true, on_delete: cascade }
  L2: { from: E2, to: E2, name: parent, on_delete: cascade, tree: adjacency }
`,
      '',
      { createDatabase: () => Promise.resolve(database) } as unknown as Sandbox,
    );
    const admin = await postgres.connect(database.adminUrl);
    const remove = (): Promise<string> =>
      admin.query('UPDATE folders SET deleted_at = now() WHERE id = 1').then(
        () => 'ok',
        (error: { fields?: { constraint?: string } }) => String(error.fields?.constraint),
      );
    await admin.query(`ALTER ROLE ${owner} NOBYPASSRLS`);
    try {
      await session.query(`SELECT set_config('app.tenant', '1', false)`);
      await session.query(`INSERT INTO organisations (name) VALUES ('o')`);
      await session.query(`INSERT INTO folders (organisation_id, title) VALUES (1, 'top')`);
      await session.query(`INSERT INTO folders (organisation_id, title, parent_id) VALUES (1, 'below', 1)`);
      expect(await remove()).toBe('folders_tenant');
      await admin.query(`SELECT set_config('app.tenant', '1', false)`);
      expect(await remove()).toBe('ok');
      const { rows } = await admin.query('SELECT count(*)::int AS n FROM live_folders');
      expect(rows).toEqual([{ n: 0 }]);
    } finally {
      await admin.query(`ALTER ROLE ${owner} BYPASSRLS`);
      await admin.close();
    }
  });

  it('carry the tenant to tables of today that have a key over it, and say so where they have none', async () => {
    const task = `
change: { engine: postgres, kind: new }
tenancy: { model: shared, of: accounts }
entities:
  E1 Ticket: { table: tickets, tenant: account, fields: { title: { type: text, required: true } } }
relations:
  L1: { from: E1, to: accounts, name: account, required: true, on_delete: cascade }
  L2: { from: E1, to: members, name: requester, required: true, on_delete: restrict }
`;
    const today = `CREATE TABLE accounts (id bigint PRIMARY KEY);
      CREATE TABLE members (id bigint PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts);
      INSERT INTO accounts VALUES (1), (2);
      INSERT INTO members VALUES (10, 1), (20, 2);`;
    const foreign = `INSERT INTO tickets (account_id, requester_id, title) VALUES (1, 20, 't')`;
    const plain = await board(task, today);
    expect(plain.design.notes).toMatchObject([
      {
        rule: 'reference-across-tenants',
        about: 'tickets.requester_id',
        instead: expect.stringContaining(
          'ALTER TABLE members ADD CONSTRAINT members_account_id_id_key UNIQUE (account_id, id)',
        ),
      },
    ]);
    expect(await plain.attempt(foreign)).toBe('ok');
    await plain.session.close();
    const keyed = await board(task, `${today} ALTER TABLE members ADD UNIQUE (account_id, id);`);
    expect(keyed.design.notes).toEqual([]);
    expect(await keyed.attempt(foreign)).toBe('tickets_requester_id_fkey');
    expect(await keyed.attempt(foreign.replace('20', '10'))).toBe('ok');
    await keyed.session.close();
  });
});
