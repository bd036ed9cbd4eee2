/** The version of Kubernetes that manifests are meant for: its minor number alone counts, as in 1.29. */

/** What is known ends here, and begins with apps/v1; of fields nothing is known that were there in 1.16. */
export const newestMinor = 36;
export const oldestMinor = 9;

/** The minor number of `1.29`, `v1.29.3` or `v1.29.3-eks-1a2b3c`; undefined for what is no version of Kubernetes. */
export function minorOf(version: string): number | undefined {
  const minor = /^v?1\.(\d{1,3})(?:\+|\.\d+(?:[-+][\w.+-]*)?)?$/.exec(version.trim())?.[1];
  return minor === undefined ? undefined : Number(minor);
}

/** `1.29`. */
export function versionText(minor: number): string {
  return `1.${minor}`;
}
