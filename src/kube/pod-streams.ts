/** What streams both ways with a Pod, as one part that is loaded when it is needed. */
export { clusterProcesses as podProcesses } from './cluster-processes.ts';
export { clusterTunnels as podTunnels } from './cluster-tunnels.ts';
