#!/usr/bin/env node
/**
 * The program's entry. It looks at Node's version before anything newer is loaded, so that an old Node gives one clear line and not a syntax error;
 * hence only syntax here that old Nodes read.
 */
import module from 'node:module';

if (Number(process.versions.node.split('.')[0]) < 22) {
  process.stderr.write('podwright: needs Node 22 or newer, but this is Node ' + process.versions.node + ' (' + process.execPath + ')\n');
  process.exitCode = 2;
} else if (process.argv[2] === '--version' || process.argv[2] === '-v') {
  // Answered here, because loading the rest takes as long as starting Node.
  void import('./program-version.ts').then((program) => process.stdout.write('podwright ' + program.programVersion() + '\n'));
} else {
  module.enableCompileCache();
  void import('./main.ts').then((program) => program.main());
}
