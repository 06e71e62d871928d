// 10/s, and 250 requests at one moment every 2 s, for 10 s.
import { predict, thresholds, together } from './lib.js';

export const options = {
  thresholds,
  scenarios: {
    trickle: { executor: 'constant-arrival-rate', rate: 10, timeUnit: '1s', duration: '10s', preAllocatedVUs: 20, exec: 'trickle' },
    bursts: { executor: 'per-vu-iterations', vus: 250, iterations: 5, maxDuration: '30s', exec: 'burst' },
  },
};

export function trickle() {
  predict();
}

export function burst() {
  together(2);
  predict();
}
