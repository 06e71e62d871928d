// 100/s, 20 times as much for 10 s, and 100/s again.
import { predict, thresholds } from './lib.js';

export const options = {
  thresholds,
  scenarios: {
    spike: {
      executor: 'ramping-arrival-rate', startRate: 100, timeUnit: '1s', preAllocatedVUs: 256,
      // A stage of no time is a jump.
      stages: [
        { target: 100, duration: '10s' }, { target: 2000, duration: '0s' }, { target: 2000, duration: '10s' },
        { target: 100, duration: '0s' }, { target: 100, duration: '10s' },
      ],
    },
  },
};

export default function () {
  predict();
}
