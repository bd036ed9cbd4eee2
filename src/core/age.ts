/** Durations in kubectl's words: two units at most, coarser as they grow. */

/**
 * The duration as the API server's Table prints it, for example `95s`, `2m14s`, `18m`, `3h5m`, `5d2h`, `2y30d`. A duration is cut, never
 * rounded. One below zero by more than a second is `<invalid>`: the clocks of two machines disagree.
 * Source: HumanDuration in k8s.io/apimachinery/pkg/util/duration.
 */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (days < 8) return two(days, 'd', hours % 24, 'h');
  if (days < 2 * 365) return `${days}d`;
  const years = Math.trunc(days / 365);
  if (years < 8) return two(years, 'y', days % 365, 'd');
  return `${years}y`;
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

/** How long ago, as in the AGE column; `<unknown>` where the time is not known. */
export function ageText(since: number | undefined, now: number): string {
  return since === undefined ? '<unknown>' : humanDuration(now - since);
}
