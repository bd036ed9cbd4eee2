/** What commands load of this folder, as one part of the program: reading manifests, and linting them. */
export { appliedObjects, partOfObject } from './applied-objects.ts';
export { ClusterKinds } from './cluster-kinds.ts';
export { fieldLine, withNotes, withoutNotes } from './draft-notes.ts';
export { apiVersionsIn, lintManifests, readForLint } from './lint.ts';
export { fixManifests } from './lint-fixes.ts';
export { lintRules } from './lint-rules.ts';
export { lintWithSettings, readLintSettings } from './lint-settings.ts';
export { manifestObjects } from './manifest-objects.ts';
export { shownText } from './shown-text.ts';
