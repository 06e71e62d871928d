// 500 requests at one moment, twice a second, for 10 s.
import { predict, thresholds, together } from './lib.js';

export const options = {
  thresholds,
  scenarios: {
    together: { executor: 'per-vu-iterations', vus: 500, iterations: 20, maxDuration: '60s' },
  },
};

export default function () {
  together(0.5);
  predict();
}
