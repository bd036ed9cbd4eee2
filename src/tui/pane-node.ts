/** The node of the Pod pane: whether it is well and takes Pods. A node that is not Ready is said at the top, as nothing else of the Pod can be believed then. */
import { ageText } from '../core/age.ts';
import { type NodeFacts, nodeTroubles, type TaintFacts } from '../core/node-facts.ts';
import type { ConditionFacts } from '../core/pod-facts.ts';
import { plainText } from '../report/terminal-text.ts';
import { wrapWords } from '../report/text-wrap.ts';
import { flow, labelled, type Pane, readingText } from './pane-block.ts';

/** Nothing for a node that is Ready, or that is not known. */
export function nodeWarning(pane: Pane): readonly string[] {
  const { view, now, room, style } = pane;
  const ready = view.node?.state === 'read' ? view.node.value.ready : undefined;
  if (ready === undefined || ready.status === 'True') return [];
  const what = ready.status === 'Unknown' ? 'has not answered' : 'has not been Ready';
  const text = `The node ${pane.facts.nodeName ?? ''} ${what} for ${ageText(ready.since, now)}: what is known of this Pod may be as old.`;
  return labelled(pane, '', wrapWords(plainText(text), room), style.yellow);
}

export function nodeLines(pane: Pane): readonly string[] {
  const { facts, view, style, room } = pane;
  if (facts.nodeName === undefined || view.node === undefined) return [];
  if (view.node.state !== 'read') return labelled(pane, 'NODE', wrapWords(`${plainText(facts.nodeName)}: ${readingText(view.node)}`, room), style.dim);
  const node = view.node.value;
  return labelled(pane, 'NODE', [...flow(summary(pane, node), '  ', room), ...nodeTroubles(node).flatMap((trouble) => troubleLines(pane, trouble))]);
}

function summary({ now, signs, facts }: Pane, node: NodeFacts): readonly string[] {
  const { ready, unschedulable, kubeletVersion, runtime, taints } = node;
  return [
    facts.nodeName ?? node.name,
    ...(ready === undefined ? [`${signs.pending} has not reported yet`] : ready.status === 'True' ? [`${signs.good} Ready ${ageText(ready.since, now)}`] : []),
    ...(unschedulable ? ['cordoned'] : []),
    ...(kubeletVersion === undefined ? [] : [`kubelet ${kubeletVersion}`]),
    ...(runtime === undefined ? [] : [runtime]),
    ...taints.filter((taint) => !saidElsewhere(taint)).map(taintText),
  ].map(plainText);
}

/** Kubernetes taints a node for each of its conditions and for being cordoned. */
function saidElsewhere({ key }: TaintFacts): boolean {
  return /^node\.kubernetes\.io\/(unschedulable|not-ready|unreachable|network-unavailable|.*-pressure)$/.test(key);
}

function taintText({ key, value, effect }: TaintFacts): string {
  return `taint ${key}${value === undefined ? '' : `=${value}`}:${effect}`;
}

function troubleLines({ now, signs, style, room }: Pane, { type, status, reason, message, since }: ConditionFacts): readonly string[] {
  const said = [reason, message].filter((part) => part !== undefined).join(': ');
  const state = status === 'True' ? type : `${type} is ${status}`;
  return wrapWords(plainText(`${signs.bad} ${state} ${ageText(since, now)}${said === '' ? '' : ` ${said}`}`), room).map(style.red);
}
