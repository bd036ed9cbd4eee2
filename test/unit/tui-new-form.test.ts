/** The form of `new`: what keys do to it, and how it is drawn. */
import { describe, expect, test } from 'vitest';
import { offeredKinds, offeredPatterns, previewOf } from '../../cmd/pattern-runs.ts';
import type { Key } from '../../src/tui/keyboard.ts';
import { type FormEnd, type FormModel, formRows, pressKey } from '../../src/tui/new-form.ts';
import { formLines } from '../../src/tui/new-form-view.ts';

const answers = { kind: 'deployment', name: 'web', image: 'registry.example/web:1', patterns: [], options: new Map<string, string>() };
const start: FormModel = {
  terminal: { columns: 120, rows: 24, colour: false, unicode: true },
  kinds: offeredKinds,
  offered: offeredPatterns(),
  answers,
  cursor: 1,
  preview: previewOf(answers),
  top: 0,
};

const name = (each: Extract<Key, { name: string }>['name']): Key => ({ name: each });
const typed = (text: string): readonly Key[] => Array.from(text).map((character) => ({ text: character }));

function after(model: FormModel, ...keys: readonly Key[]): readonly [FormModel, FormEnd?] {
  let last: readonly [FormModel, FormEnd?] = [model];
  for (const key of keys) last = pressKey(last[0], key, previewOf);
  return last;
}

/** With the cursor on the row of a pattern. */
function at(model: FormModel, id: string): FormModel {
  return { ...model, cursor: formRows(model).findIndex((row) => row.type === 'pattern' && row.pattern.id === id) };
}

describe('keys', () => {
  test('change the kind, the name and the image, and the manifest with them', () => {
    const [model] = after(start, name('ctrl-u'), ...typed('shopx'), name('backspace'), name('up'), name('right'));
    expect(model.answers).toMatchObject({ kind: 'statefulset', name: 'shop' });
    expect(model.preview).toMatchObject({ text: expect.stringContaining('kind: StatefulSet\nmetadata:\n  name: shop\n') });
    expect(after({ ...model, cursor: 0 }, name('left'), name('left'), name('left'))[0].answers.kind).toBe('static-pod');
    expect(after(start, name('down'), name('ctrl-w'), ...typed('a b'))[0].preview).toMatchObject({ problem: expect.stringContaining('image') });
  });

  test('choose patterns, ask for what they need, and show what they add', () => {
    const [chosen] = after(at(start, 'init:wait-for'), { text: ' ' });
    expect(chosen.preview).toEqual({ problem: 'init:wait-for needs host: Service or address to wait for' });
    const [answered, end] = after(chosen, name('down'), ...typed('db'), name('tab'), ...typed('5432'), name('enter'));
    expect(end).toBe('write');
    expect(answered.preview).toMatchObject({ text: expect.stringContaining('value: "5432"') });
    const text = 'text' in answered.preview ? answered.preview.text : '';
    expect(
      text
        .split('\n')
        .slice(answered.top, answered.top + 4)
        .join('\n'),
    ).toContain('wait-for');
    expect(after(at(answered, 'init:wait-for'), { text: ' ' })[0].answers.patterns).toEqual([]);
    expect(formRows(after(at(answered, 'init:wait-for'), { text: ' ' })[0])).toEqual(formRows(start));
  });

  test('what makes no manifest is not written; the form can be left', () => {
    const [model, end] = after(start, name('ctrl-u'), name('enter'));
    expect([model.preview, model.cursor, end]).toEqual([{ problem: 'The name is missing' }, 2, undefined]);
    expect(formLines(model).at(-1)).toContain('enter next');
    expect(after(start, name('ctrl-u'), ...typed('Web'))[0].preview).toEqual({ problem: expect.stringContaining('the name') });
    expect(after(start, name('escape'))[1]).toBe('leave');
    expect(after(start, name('ctrl-c'))[1]).toBe('leave');
    expect(after(start, name('home'), name('right'), name('ctrl-z'))[0]).toEqual(start);
  });

  test('the cursor stays on the form, the manifest scrolls', () => {
    expect(after(start, name('up'), name('up'))[0].cursor).toBe(0);
    expect(after(start, ...Array.from({ length: 99 }, () => name('down')))[0].cursor).toBe(formRows(start).length - 1);
    const [down] = after(start, name('page-down'));
    expect(formLines(down).at(-3)).toContain('capabilities: {drop: [ALL]}');
    expect(after(down, name('page-up'), name('page-up'))[0].top).toBe(0);
    expect(after({ ...start, preview: { problem: 'x' } }, name('page-down'))[0].top).toBe(0);
    expect(after(at(start, 'init:wait-for'), ...typed('x'))[0].answers).toEqual(start.answers);
  });
});

describe('the screen', () => {
  test('has the questions beside the manifest, and what the row is for', () => {
    const lines = formLines(after(at(start, 'sidecar:log-streamer'), { text: ' ' })[0]);
    expect(lines).toHaveLength(24);
    expect(lines.join('\n')).toContain('[x] sidecar:log-streamer');
    expect(lines.join('\n')).toContain('- name: log-streamer');
    expect(lines.at(-2)).toContain('Prints a log file of the app');
    expect(lines.at(-1)).toContain('enter write');
    for (const line of lines) expect(line.length).toBeLessThan(120);
  });

  test.each([
    [40, 10],
    [80, 24],
    [10, 3],
  ])('fits into %d x %d, in ASCII', (columns, rows) => {
    const model = { ...start, terminal: { columns, rows, colour: false, unicode: false }, preview: { problem: 'no image' } as const };
    const lines = formLines(model);
    expect(lines.length).toBeLessThanOrEqual(rows);
    for (const line of lines.slice(1)) expect(line).toMatch(new RegExp(`^[ -~]{0,${columns}}$`));
    if (rows > 5) expect(lines.join('\n')).toContain('no image');
  });
});
