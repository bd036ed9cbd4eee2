/** Images that are another one tomorrow, or that nobody looks after any more. */
import type { Rule } from './pod-case.ts';

export const latestTag: Rule = ({ containers }, problems) => {
  for (const { container, path } of containers) {
    const { image = '' } = container;
    if (image === '' || image.includes('@')) continue;
    const tag = /:([^:/]+)$/.exec(image)?.[1];
    if (tag !== undefined && tag !== 'latest') continue;
    problems.add(
      'latest-tag',
      [...path, 'image'],
      `${image} ${tag === undefined ? 'has no tag, which means latest' : 'is whatever is latest'}: two Pods can run different programs`,
      'Name the version, as in :1.2.3, or the digest.',
    );
  }
};

/** Kubernetes' own first registry, which gets no image since April 2023. Its name is put together, as it is not to be asked by accident. */
const frozen = ['k8s', 'gcr', 'io'].join('.');

export const frozenRegistry: Rule = ({ containers }, problems) => {
  for (const { container, path } of containers) {
    const { image = '' } = container;
    if (!image.startsWith(`${frozen}/`)) continue;
    const successor = `registry.${frozen.replace('gcr.', '')}`;
    problems.add(
      'frozen-registry',
      [...path, 'image'],
      `The registry ${frozen} is frozen: no image is added or mended there`,
      `Take the image from ${successor}, under the same path.`,
      { kind: 'rewrite', to: image.replace(frozen, successor) },
    );
  }
};
