/** What the program draws with Ink, as one part of it. */
export { runDashboard } from './effects.ts';
export { runNewForm } from './new-form-run.ts';
