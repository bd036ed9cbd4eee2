/** How much of the screen the lines of a recording take. */

/** How many lines these take; none where the screen is too low for anything but Pods. */
export function playbackHeight(rows: number, banner: string | undefined): number {
  if (rows < 8) return 0;
  return banner === undefined ? 1 : 2;
}
