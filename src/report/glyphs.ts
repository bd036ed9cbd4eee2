/** The marks for a Pod's health, in Unicode or, where the locale cannot show that, in ASCII. */
import type { Health } from '../core/pod-health.ts';

const unicodeGlyphs: Readonly<Record<Health, string>> = { ready: '●', starting: '◐', stuck: '▲', doomed: '✖', done: '○', terminating: '⌛' };
const asciiGlyphs: Readonly<Record<Health, string>> = { ready: 'o', starting: '~', stuck: '!', doomed: 'x', done: '.', terminating: '-' };

export function healthGlyph(health: Health, unicode: boolean): string {
  return (unicode ? unicodeGlyphs : asciiGlyphs)[health];
}

/**
 * Whether the locale in the environment is a UTF-8 one. The first of LC_ALL, LC_CTYPE and LANG that is set decides, as in setlocale(3). Where none
 * is set, Windows terminals and everything else of this age show UTF-8, except the Linux console, which says TERM=linux.
 */
export function unicodeLocale(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  if (locale) return /utf-?8/i.test(locale);
  return env['TERM'] !== 'linux' && env['TERM'] !== 'dumb';
}
