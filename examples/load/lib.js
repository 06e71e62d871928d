// What all load tests share.
import http from 'k6/http';
import { check, sleep } from 'k6';
import { Rate } from 'k6/metrics';

const service = __ENV.SERVICE || 'http://127.0.0.1:8000';
const run = Date.now().toString(36);

// 429 and 503 are refusals by a service that protects itself; everything else that is no 200 is a failure.
const shed = new Rate('shed');
const failed = new Rate('failed');

export const thresholds = {
  'http_req_duration{expected_response:true}': ['p(99)<500'],
  shed: ['rate==0'],
  failed: ['rate==0'],
};

const headers = { 'Content-Type': 'application/json' };
if (__ENV.FRAUD_API_KEY) headers['X-API-Key'] = __ENV.FRAUD_API_KEY;

let sent = 0;

function payment(suffix = '') {
  sent += 1;
  return {
    transaction_id: `k6-${run}-${__VU}-${sent}${suffix}`,
    card_id: `k6-card-${(__VU * 7919 + sent) % 10000}`,
    terminal_id: 'load-terminal',
    amount: 12.34,
  };
}

function post(path, body) {
  const answer = http.post(`${service}${path}`, JSON.stringify(body), { headers });
  const refused = answer.status === 429 || answer.status === 503;
  shed.add(refused);
  failed.add(answer.status !== 200 && !refused);
  check(answer, { 'status is 200': (got) => got.status === 200 });
  return answer;
}

export const predict = () => post('/predict', payment());

export const predictBatch = (size) =>
  post('/predict/batch', { transactions: Array.from({ length: size }, (_, at) => payment(`-${at}`)) });

// Users that wait for the same moment send together.
export function together(seconds) {
  sleep(seconds - ((Date.now() / 1000) % seconds));
}
