/**
 * What a person sees when something is wrong between the program and its cluster: docs/faults.md as tests. They stand in files by kind of fault, and run
 * as one, because most of their time is waiting, which they do at the same time.
 */
import './faults/big-pods.ts';
import './faults/broken-line.ts';
import './faults/hostile-text.ts';
import './faults/odd-server.ts';
import './faults/permissions.ts';
