/**
 * What is to be found in each scenario: the root cause in a sentence, and the words by which an output names it. A tool names the cause where these words are
 * in what it printed; they are the same for every tool, and more than what the manifest itself says, as `kubectl describe` repeats much of that.
 */
export interface RootCause {
  readonly is: string;
  readonly words: RegExp;
}

/** By scenario; those where nothing is wrong are `undefined`. */
export const rootCauses: Readonly<Record<string, RootCause | undefined>> = {
  'affinity-nowhere': { is: 'no Pod app=no-such-app runs anywhere', words: /match pod affinity rules/ },
  'claim-missing': { is: 'the PersistentVolumeClaim no-such-claim does not exist', words: /no-such-claim"? (not found|does not exist)/ },
  'claim-unbound': { is: 'the claim data asks for the storage class no-such-class, which does not exist', words: /no-such-class/ },
  'command-not-executable': { is: '/etc/passwd is not executable', words: /Exit Code: +126|not executable|cannot be executed|exited with 126/ },
  'command-not-found': { is: '/bin/no-such-program is not in the image', words: /no-such-program.{0,80}(no such file|not found|does not exist)/ },
  'completed-crash-loop': { is: 'the app ends without an error', words: /Reason: +Completed\s+Exit Code: +0|without an error|exited with 0|ends with 0/ },
  'config-map-missing': { is: 'the ConfigMap no-such-settings does not exist', words: /no-such-settings"? (not found|does not exist)/ },
  'config-missing': { is: 'the ConfigMap settings has no key schema', words: /(couldn't find|does not have).{0,20}key schema|key schema, which/ },
  'crash-loop': { is: 'the app says "no database" and exits with 1', words: /no database(?! >)/ },
  'deadline-exceeded': { is: 'it ran longer than its deadline of 3 s', words: /DeadlineExceeded|longer than (specified|its) deadline/ },
  error: { is: 'the app says "the schema is 7, want 8" and exits with 3', words: /the schema is 7, want 8(?!;)/ },
  evicted: { is: 'the volume scratch outgrew its limit of 1Mi', words: /scratch.{0,40}exceeds the limit/ },
  gated: { is: 'the scheduling gate podwright.test/quota holds it back', words: /podwright\.test\/quota/ },
  'image-invalid': { is: 'Shop/Checkout:9.9 cannot be the name of an image', words: /InvalidImageName|invalid reference format/ },
  'image-never-pulled': { is: 'the image is not on the node and may not be pulled', words: /not present with pull policy|not on the node/ },
  'image-not-pulled': { is: 'nobody answers at the registry 127.0.0.1:9', words: /connection refused|registry cannot be reached/ },
  'init-crash-loop': { is: 'the init step check exits with 1', words: /check:\s[^]{0,900}Exit Code: +1\s|check exited with 1/ },
  'init-error': { is: 'the init step check exits with 4', words: /check:\s[^]{0,900}Exit Code: +4\s|check exited with 4/ },
  'init-oom': { is: 'the init step load used more than its 16Mi of memory', words: /OOMKilled/ },
  'init-steps': undefined,
  'init-stuck': { is: 'the init step wait does not end', words: /wait:\s[^]{0,900}State: +Running|wait, has run/ },
  'init-waits-for-service': { is: 'the init step polls the Service ledger-db, which does not exist', words: /ledger-db.{0,40}(does not exist|NXDOMAIN)/ },
  'insufficient-cpu': { is: 'no node has 1000 CPUs', words: /[Ii]nsufficient cpu|lacks? cpu/ },
  'killed-by-signal': { is: 'the app ends with a segmentation fault', words: /SIGSEGV|[Ss]egmentation fault|Exit Code: +139/ },
  'liveness-killed': { is: 'its liveness probe fails, and the kubelet kills it', words: /[Ll]iveness probe/ },
  'not-scheduled': { is: 'there is no scheduler nobody', words: /scheduler nobody/ },
  'not-ready-after-completion': {
    is: 'the container import has completed, app runs on',
    words: /import:\s[^]{0,900}Reason: +Completed|import has (ended|completed)/,
  },
  'oom-killed': { is: 'the app used more than its 16Mi of memory', words: /OOMKilled/ },
  'port-taken': { is: 'the port 8080 is taken by the container web', words: /[Aa]ddress (already )?in use/ },
  'probe-failing': { is: 'nothing listens on :8080, so the readiness probe fails', words: /:8080.{0,40}connection refused/ },
  'readiness-gate': { is: 'nobody sets the condition podwright.test/balanced', words: /podwright\.test\/balanced/ },
  'run-as-root': { is: 'the image runs as root, which runAsNonRoot forbids', words: /runAsNonRoot/ },
  running: undefined,
  completed: undefined,
  'secret-key-missing': { is: 'the Secret keys has no key passwd', words: /(couldn't find|does not have).{0,20}key passwd|key passwd, which/ },
  'shell-command-not-found': { is: 'the shell does not find migrate-schema', words: /migrate-schema.{0,20}not found/ },
  'sidecar-crash-after-init': { is: 'the sidecar proxy exits with 5', words: /proxy:\s[^]{0,900}Exit Code: +5\s|proxy exited with 5/ },
  'sidecar-not-started': undefined,
  'sidecar-running': undefined,
  'sidecar-stopped': undefined,
  'spread-nowhere': { is: 'no node has the label podwright.test/no-such-zone to spread over', words: /topology spread constraints/ },
  'sysctl-forbidden': { is: 'the kubelet does not allow the sysctl net.core.somaxconn', words: /SysctlForbidden/ },
  terminating: { is: 'it is being deleted', words: /Terminating|being deleted|deleted while/ },
  unschedulable: { is: 'no node has the label disk=fast', words: /disk=fast[^]{0,1200}match Pod's node affinity\/selector|no label disk/ },
  'volume-missing': { is: 'the Secret no-such-secret does not exist', words: /no-such-secret"? (not found|does not exist)/ },
};
