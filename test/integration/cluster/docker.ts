/**
 * Finds a Docker that answers, or installs and starts one of our own on a Debian machine where we are root.
 *
 * A daemon of our own keeps its data in the cache directory, has a bridge of its own and lets nothing in the cluster reach beyond the machine.
 */
import { spawn } from 'node:child_process';
import { closeSync, copyFileSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cacheId, inCache } from './cache.ts';
import { endProcess, messageOf, onPath, processOf, run, say, step, succeeds } from './process.ts';

export interface Docker {
  readonly host: string;
  /** Started by us, and therefore closed off from other machines. */
  readonly ours: boolean;
  /** What docker and kind need to find it. */
  readonly env: NodeJS.ProcessEnv;
}

const dataRoot = inCache('docker');
const socket = inCache('docker.sock');
const pidFile = inCache('dockerd.pid');
const logFile = inCache('dockerd.log');
/** Sockets and pids of the daemon's own children: it must not survive a reboot, as the cache does. */
const execRoot = `/run/podwright-docker-${cacheId}`;
const bridge = `br-pw-${cacheId}`;

/** The Docker that is there (DOCKER_HOST, the usual sockets, rootless), else our own: started, and installed first where that is needed. */
export async function findOrStartDocker(): Promise<Docker> {
  const docker = (await findDocker()) ?? (await ownDocker()) ?? (await startDocker());
  if (!onPath('docker')) throw new Error(`Docker answers at ${docker.host}, but there is no docker command on PATH, which kind works through.`);
  return docker;
}

/** A Docker as it is remembered from an earlier run, without looking whether it is there. */
export function dockerAt(host: string): Docker {
  return {
    host,
    ours: host === `unix://${socket}`,
    // The classic builder needs no plugin and is in every version.
    env: { DOCKER_HOST: host, DOCKER_BUILDKIT: '0', KIND_EXPERIMENTAL_PROVIDER: 'docker' },
  };
}

async function findDocker(): Promise<Docker | undefined> {
  try {
    // Loaded only here: it takes half a second, which a run that finds its cluster healthy need not spend.
    const { getContainerRuntimeClient } = await import('testcontainers');
    const { container } = await getContainerRuntimeClient();
    // Where testcontainers found it; its types do not tell.
    const modem = container.dockerode.modem as unknown as { socketPath?: string; host?: string; port?: string | number };
    return dockerAt(process.env.DOCKER_HOST ?? (modem.socketPath ? `unix://${modem.socketPath}` : `tcp://${modem.host}:${modem.port}`));
  } catch {
    return undefined;
  }
}

/** Our own daemon of an earlier run, if it still answers. */
async function ownDocker(): Promise<Docker | undefined> {
  const docker = dockerAt(`unix://${socket}`);
  if (!existsSync(socket) || !(await answers(docker))) return undefined;
  await closeOff(docker);
  return docker;
}

async function answers(docker: Docker): Promise<boolean> {
  return succeeds('docker', ['info'], { env: docker.env, signal: AbortSignal.timeout(10_000) });
}

async function startDocker(): Promise<Docker> {
  if (!isDebianRoot()) throw new Error('no Docker answers, and one can only be started here as root on Debian');
  const installed = await installMissing({ dockerd: 'docker.io', docker: 'docker.io', iptables: 'iptables' });
  // Where systemd runs, the package has started the daemon of the machine by now.
  if (installed) {
    const docker = await findDocker();
    if (docker) return docker;
  }
  return step('starting a Docker daemon of our own', async () => {
    await clearRemains();
    const log = openSync(logFile, 'a');
    spawn('dockerd', daemonArguments(), { detached: true, stdio: ['ignore', log, log] }).unref();
    closeSync(log);
    for (const deadline = Date.now() + 60_000; Date.now() < deadline; await pause(250)) {
      const docker = existsSync(socket) ? await ownDocker() : undefined;
      if (docker) return docker;
    }
    throw new Error(`dockerd did not answer within 60 s; it wrote:\n${readFileSync(logFile, 'utf8').split('\n').slice(-15).join('\n')}`);
  });
}

function daemonArguments(): string[] {
  const args = ['--data-root', dataRoot, '--exec-root', execRoot, '--pidfile', pidFile, '--host', `unix://${socket}`, '--bridge', 'none'];
  if (!lacksSysResource()) return args;
  const wrapper = inCache('runc-without-sys-resource');
  copyFileSync(join(import.meta.dirname, '../node-image/runc-without-sys-resource'), wrapper);
  return [...args, '--add-runtime', `kindnode=${wrapper}`, '--default-runtime', 'kindnode'];
}

/** Whether CAP_SYS_RESOURCE (24) is missing from the bounding set: runc then cannot start a privileged container ("unable to apply caps"). */
function lacksSysResource(): boolean {
  const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  return ((BigInt(`0x${bounding}`) >> 24n) & 1n) === 0n;
}

/** Ends what is left of a daemon that no longer answers, and its pid files, which would keep the next one from starting. */
async function clearRemains(): Promise<void> {
  await stopDocker();
  const containerd = processOf(join(execRoot, 'containerd/containerd.pid'), execRoot);
  if (containerd) await endProcess(containerd, 5_000);
  for (const file of [pidFile, socket, join(execRoot, 'containerd/containerd.pid')]) rmSync(file, { force: true });
}

/** Stops the daemon that we started, if it runs. Returns whether it did. */
export async function stopDocker(): Promise<boolean> {
  const pid = processOf(pidFile, dataRoot);
  if (pid) await endProcess(pid);
  return pid !== undefined;
}

/** Nothing that runs in the cluster may reach beyond this machine: a Pod that asks for an address outside is refused at once. */
export async function closeOff(docker: Docker): Promise<void> {
  if (!(await succeeds('docker', ['network', 'inspect', 'kind'], { env: docker.env }))) {
    await run('docker', ['network', 'create', '--driver', 'bridge', '--opt', `com.docker.network.bridge.name=${bridge}`, 'kind'], { env: docker.env });
  }
  const outward = ['DOCKER-USER', '-i', bridge, '!', '-o', bridge];
  // A reset for TCP: the ICMP answer comes back while connect() still holds its socket, is dropped, and the refusal waits a second for the next try.
  for (const rule of [
    [...outward, '-j', 'REJECT'],
    [...outward, '-p', 'tcp', '-j', 'REJECT', '--reject-with', 'tcp-reset'],
  ]) {
    if (!(await succeeds('iptables', ['-w', '-C', ...rule]))) await run('iptables', ['-w', '-I', ...rule]);
  }
}

/** Whether packages can be installed here: root on Debian or a distribution made from it. */
export function isDebianRoot(): boolean {
  if (process.getuid?.() !== 0 || !onPath('apt-get')) return false;
  return /^ID(_LIKE)?=.*\bdebian\b/m.test(readFileSync('/etc/os-release', 'utf8'));
}

let packageListsFresh = false;

/** Installs the packages of those programs that are not on PATH. Returns whether there were any. */
export async function installMissing(packageOf: Readonly<Record<string, string>>): Promise<boolean> {
  const missing = [...new Set(Object.keys(packageOf).flatMap((program) => (onPath(program) ? [] : [packageOf[program] ?? program])))];
  if (missing.length === 0) return false;
  await step(`installing ${missing.join(', ')} with apt-get`, async () => {
    await updatePackageLists();
    await run('apt-get', ['install', '-y', '-q', ...missing], { env: { DEBIAN_FRONTEND: 'noninteractive' } });
  });
  return true;
}

/** apt-get update, once a run. */
export async function updatePackageLists(): Promise<void> {
  if (packageListsFresh) return;
  await run('apt-get', ['update', '-q']);
  packageListsFresh = true;
}

/** Whether Docker holds an image. */
export async function hasImage(docker: Docker, image: string): Promise<boolean> {
  return succeeds('docker', ['image', 'inspect', image], { env: docker.env });
}

/** Pulls an image where its registry answers: within 20 s it must begin, then it may take its time. */
export async function pullImage(docker: Docker, image: string): Promise<boolean> {
  const controller = new AbortController();
  const limit = setTimeout(() => controller.abort(), 20_000);
  try {
    await step(`pulling ${image}`, (note) =>
      run('docker', ['pull', image], {
        env: docker.env,
        signal: controller.signal,
        onLine: (line) => {
          clearTimeout(limit);
          note(line);
        },
      }),
    );
    return true;
  } catch (error) {
    say(`  it cannot be pulled here: ${messageOf(error).split('\n').at(-1)?.trim()}`);
    return false;
  } finally {
    clearTimeout(limit);
  }
}
