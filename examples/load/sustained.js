// 60/s for 30 s.
import { predict, thresholds } from './lib.js';

export const options = {
  thresholds,
  scenarios: {
    sustained: { executor: 'constant-arrival-rate', rate: 60, timeUnit: '1s', duration: '30s', preAllocatedVUs: 128 },
  },
};

export default function () {
  predict();
}
