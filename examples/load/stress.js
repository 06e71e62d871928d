// From 100/s to 2,000/s in 40 s, then 2,000/s for 10 s.
import { predict, thresholds } from './lib.js';

export const options = {
  thresholds,
  scenarios: {
    stress: {
      executor: 'ramping-arrival-rate', startRate: 100, timeUnit: '1s', preAllocatedVUs: 256,
      stages: [{ target: 2000, duration: '40s' }, { target: 2000, duration: '10s' }],
    },
  },
};

export default function () {
  predict();
}
