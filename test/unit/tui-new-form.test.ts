/** The form of `new`: what keys do to it, and how it is drawn. */
import { describe, expect, test } from 'vitest';
import { offered, previewOf } from '../../cmd/pattern-runs.ts';
import type { Key } from '../../src/tui/keyboard.ts';
import { type FormAnswers, type FormEnd, type FormModel, formRows, pressKey } from '../../src/tui/new-form.ts';
import { formLines } from '../../src/tui/new-form-view.ts';

const answers: FormAnswers = {
  kind: 'deployment',
  name: 'web',
  image: 'registry.example/web:1',
  aim: 'write',
  patterns: [],
  options: new Map(),
  classic: false,
};
const start: FormModel = {
  terminal: { columns: 120, rows: 24, colour: false, unicode: true },
  ...offered(),
  answers,
  open: new Set(),
  cursor: 1,
  preview: previewOf(answers),
  top: 0,
  stage: undefined,
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

  test('enter goes on to the next question that needs an answer, and to the first after the last', () => {
    const [chosen] = after(at(after(start, name('ctrl-u'))[0], 'init:wait-for'), { text: ' ' });
    const [host] = after(chosen, name('enter'));
    const [port] = after(host, ...typed('db'), name('enter'));
    const asked = [host, port, after(port, ...typed('5432'), name('enter'))[0]].map((model) => formRows(model)[model.cursor]);
    expect(asked).toMatchObject([{ option: { name: 'host' } }, { option: { name: 'port' } }, { type: 'text', field: 'name' }]);
    expect(after({ ...start, preview: { problem: 'x' } }, name('enter'))[0].cursor).toBe(2);
  });

  test('options with a default are shown when they are asked for, and given by typing', () => {
    const [chosen] = after(at(start, 'sidecar:log-streamer'), { text: ' ' }, name('down'));
    expect(formLines(chosen).join('\n')).toContain('▹ 9 more options');
    const [opened] = after(chosen, { text: ' ' }, name('down'));
    expect(formLines(opened).join('\n')).toContain('dir: ▏(/var/log/app)');
    expect(formLines(opened).at(-2)).toContain('directory of the log file');
    const [given] = after(opened, ...typed('/logs'));
    expect(given.preview).toMatchObject({ text: expect.stringContaining('value: /logs/app.log') });
    expect(after(given, name('up'), { text: ' ' })[0].preview).toEqual(given.preview);
    expect(formRows(after(given, name('up'), name('left'))[0])).toHaveLength(formRows(chosen).length);
    expect(after(opened, ...typed('x'))[0].preview).toMatchObject({ problem: expect.stringContaining('dir has to be an absolute path') });
  });

  test('the options of the workload go with its kind, as far as it has them', () => {
    const more = formRows(start).findIndex((row) => row.type === 'more' && row.id === 'app');
    const [opened] = after({ ...start, cursor: more }, { text: ' ' }, name('down'));
    const [given] = after(opened, ...typed('3'), name('down'), ...typed('8080'));
    expect(given.preview).toMatchObject({ text: expect.stringMatching(/replicas: 3\n[^]*containerPort: 8080\n/) });
    const [job] = after({ ...given, cursor: 0 }, name('right'), name('right'), name('right'));
    expect(job.preview).toMatchObject({ text: expect.stringMatching(/kind: Job\n[^]*containerPort: 8080\n/) });
    expect(job.preview).not.toMatchObject({ text: expect.stringContaining('replicas') });
  });

  test('sidecars may be ordinary containers', () => {
    const [chosen] = after(at(start, 'sidecar:log-streamer'), { text: ' ' });
    expect(chosen.preview).toMatchObject({ text: expect.stringContaining('restartPolicy: Always') });
    const [classic] = after({ ...chosen, cursor: formRows(chosen).length - 1 }, { text: ' ' });
    expect(formLines(classic).join('\n')).toContain('[x] classic sidecars');
    expect(classic.preview).not.toMatchObject({ text: expect.stringContaining('restartPolicy: Always') });
  });

  test('what makes no manifest is not written; the form can be left', () => {
    const [model, end] = after(start, name('ctrl-u'), name('enter'));
    // The question that is open is the one the cursor is on.
    expect([model.preview, model.cursor, end]).toEqual([{ problem: 'The name is missing' }, 1, undefined]);
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

describe('applying', () => {
  const aims = after({ ...start, cursor: 3 }, name('right'))[0];
  const asked: FormModel = { ...aims, stage: { type: 'ask', question: 'Apply deployment/web to namespace shop of kind?' } };

  test('is asked about before it is done; meanwhile no key does anything but leave', () => {
    expect(formLines(aims).join('\n')).toContain('then   < apply >');
    const [waiting, end] = after(aims, name('enter'));
    expect([waiting.stage, end]).toEqual([{ type: 'busy' }, 'ask']);
    expect(formLines(waiting).at(-2)).toContain('Waiting for the cluster');
    expect(after(waiting, name('enter'), name('escape'), ...typed('x'))).toEqual([waiting]);
    expect(after(waiting, name('ctrl-c'))[1]).toBe('leave');
    expect(formLines(asked).slice(-2)).toEqual([' Apply deployment/web to namespace shop of kind?', ' enter apply  esc back']);
    expect(after(asked, name('enter'))).toEqual([{ ...asked, stage: { type: 'busy' } }, 'apply']);
    expect(after(asked, { text: 'y' })[1]).toBe('apply');
    for (const key of [name('escape'), { text: 'n' }]) expect(after(asked, key)).toEqual([aims]);
  });

  test('what the cluster has against it is shown, and what was answered can be mended', () => {
    const refused: FormModel = { ...aims, cursor: 1, stage: { type: 'refused', problem: 'namespaces "shop" not found' } };
    expect(formLines(refused).join('\n')).toContain('namespaces "shop" not found');
    expect(after(refused, name('escape'))).toEqual([{ ...refused, stage: undefined }]);
    expect(after(refused, ...typed('x'))[0]).toMatchObject({ stage: undefined, answers: { name: 'webx' } });
  });

  test('a static Pod is not applied', () => {
    expect(after({ ...aims, cursor: 0 }, name('left'), name('left'))[0].preview).toEqual({ problem: expect.stringContaining('a static Pod is not applied') });
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
