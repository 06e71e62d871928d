// 200/s for 30 s.
import { predict, thresholds } from './lib.js';

export const options = {
  thresholds,
  scenarios: {
    constant: { executor: 'constant-arrival-rate', rate: 200, timeUnit: '1s', duration: '30s', preAllocatedVUs: 128 },
  },
};

export default function () {
  predict();
}
