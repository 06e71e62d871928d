// Batches of 100 payments, 20/s for 10 s.
import { predictBatch, thresholds } from './lib.js';

export const options = {
  thresholds,
  scenarios: {
    batch: { executor: 'constant-arrival-rate', rate: 20, timeUnit: '1s', duration: '10s', preAllocatedVUs: 32 },
  },
};

export default function () {
  predictBatch(100);
}
