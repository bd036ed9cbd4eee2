#!/usr/bin/env node
/**
 * The program's entry. It looks at Node's version before anything newer is loaded, so that an old Node gives one clear line and not a syntax error;
 * hence only syntax here that old Nodes read.
 */
import fs from 'node:fs';
import module from 'node:module';
import path from 'node:path';

if (Number(process.versions.node.split('.')[0]) < 22) {
  process.stderr.write('podwright: needs Node 22 or newer, but this is Node ' + process.versions.node + ' (' + process.execPath + ')\n');
  process.exitCode = 2;
} else if (process.argv[2] === '--version' || process.argv[2] === '-v') {
  // Answered here, because loading the rest takes as long as starting Node.
  void import('./program-version.ts').then((program) => process.stdout.write('podwright ' + program.programVersion() + '\n'));
} else {
  keepCompiled(process.env);
  void import('./main.ts').then((program) => program.main());
}

/**
 * Compiled code is kept below the person's own cache directory. Node's choice is a folder in the one for temporary files, and it takes what it finds there: on a
 * machine that others use as well, whoever makes that folder first puts code of theirs into this program, with the rights of a kubeconfig.
 */
function keepCompiled(env: NodeJS.ProcessEnv): void {
  const home = env['HOME'] || env['USERPROFILE'];
  const caches = env['XDG_CACHE_HOME'] || env['LOCALAPPDATA'] || (home && path.join(home, '.cache'));
  // A home that is not there is not made.
  if (env['NODE_COMPILE_CACHE']) module.enableCompileCache();
  else if (caches && fs.existsSync(path.dirname(caches))) module.enableCompileCache(path.join(caches, 'podwright', 'compiled'));
}
