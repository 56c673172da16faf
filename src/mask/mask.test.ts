import { expect, test } from 'vitest';
import { maskOrdered, maskValue } from './mask.ts';
import { maskKinds, type MaskKind } from './model.ts';

const samples: Readonly<Record<MaskKind, readonly string[]>> = {
  email: ['ada@corp.example.org', 'x@y.de'],
  name: ['Grace Hopper', 'Hopper'],
  phone: ['+1 (212) 555-4321', '+49 30 123456', '0171/98765'],
  address: ['221B Baker Street', '10115'],
  date: ['1984-02-29', '2026-01-01 12:30:00+00'],
  number: ['42', '-17.50', '1000000'],
  text: ['a', 'Call me back about the house'],
  hash: ['s3cret'],
  last4: ['4111 1111 1111 1111', '123'],
  uuid: ['6f1e1c1e-0000-4000-8000-000000000001'],
  ip: ['10.1.2.3', 'fe80::1'],
  iban: ['DE89370400440532013000', 'FR1420041010050500013M02606'],
  url: ['https://people.example.org/ada'],
  null: ['x'],
};

test('every mask is stable, depends on the key, and never is the value', () => {
  for (const kind of maskKinds)
    for (const value of samples[kind]) {
      const masked = maskValue(kind, value, 'key');
      expect(maskValue(kind, value, 'key')).toBe(masked);
      expect(masked).not.toBe(value);
      expect(maskValue(kind, null, 'key')).toBeNull();
    }
  const ones = new Set(
    Array.from({ length: 20 }, (_, i) => maskValue('email', 'ada@corp.example.org', `key ${i}`)),
  );
  expect(ones.size).toBe(20);
});

test('no mask is the value, among a thousand values whose masks are few', () => {
  for (let i = 0; i < 1000; i++) {
    expect(maskValue('number', String(i % 10), `k${i}`)).not.toBe(String(i % 10));
    expect(maskValue('name', 'Weber', `k${i}`)).not.toBe('Weber');
  }
});

test('masks keep the shape that programs rely on', () => {
  expect(maskValue('email', 'ada@corp.example.org', 'k')).toMatch(
    /^[a-z]+\.[a-z]+\.[0-9a-f]{6}@example\.com$/,
  );
  expect(maskValue('phone', '+1 (212) 555-4321', 'k')).toMatch(/^\+1 \d{3} 555 01\d\d$/);
  expect(maskValue('phone', '+49 30 123456', 'k')).toMatch(/^\+0\d \d{2} \d{6}$/);
  expect(maskValue('date', '1984-02-29 10:00:00+00', 'k')).toMatch(/^\d{4}-\d\d-\d\d 10:00:00\+00$/);
  expect(maskValue('number', '-17.50', 'k')).toMatch(/^-[1-9]\d\.\d\d$/);
  expect(maskValue('text', 'twelve chars', 'k')!.length).toBeLessThanOrEqual(12);
  expect(maskValue('hash', 'x', 'k')).toMatch(/^[0-9a-f]{64}$/);
  expect(maskValue('last4', '4111 1111 1111 1234', 'k')).toBe('**** **** **** 1234');
  expect(maskValue('uuid', 'x', 'k')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(maskValue('ip', '10.0.0.1', 'k')).toMatch(/^(?:192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$/);
  expect(maskValue('ip', 'fe80::1', 'k')).toMatch(/^2001:db8::/);
});

test('a masked IBAN passes its own check', () => {
  const masked = maskValue('iban', 'DE89370400440532013000', 'k')!;
  expect(masked).toHaveLength(22);
  const spelled = Array.from(`${masked.slice(4)}${masked.slice(0, 4)}`, (c) => Number.parseInt(c, 36)).join(
    '',
  );
  expect(BigInt(spelled) % 97n).toBe(1n);
});

test('ordered masks keep order and hide the value', () => {
  const numbers = ['-5', '0', '1', '2', '10', '11', '1000000'];
  const masked = numbers.map((value) => Number(maskOrdered('number', value, 'k')));
  expect(masked.toSorted((a, b) => a - b)).toEqual(masked);
  expect(new Set(masked).size).toBe(numbers.length);
  const days = ['1999-12-31', '2000-01-01', '2024-02-29'].map((day) => maskOrdered('date', day, 'k'));
  expect(days.toSorted()).toEqual(days);
  expect(days[0]).not.toBe('1999-12-31');
});
