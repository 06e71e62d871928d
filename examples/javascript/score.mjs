// A payment, the same again, a batch, a label and a mistake. First argument: the service.
import { FraudClient, FraudError } from './fraud-client.mjs';

const client = new FraudClient(process.argv[2]);
const health = await client.health();
console.log(`${health.status}, model ${health.model} version ${health.model_version}`);

const transaction = `javascript-${crypto.randomUUID()}`;
const payment = { transaction_id: transaction, card_id: 'card-1', terminal_id: 'terminal-1', amount: 950.0, currency: 'EUR' };
const score = await client.predict(payment);
console.log(`${score.transaction_id}: ${score.decision}, score ${score.fraud_score.toFixed(3)}`);
for (const reason of score.reasons) console.log(`  ${reason}`);

const again = await client.predict(payment);
console.log(`the same again: ${again.fraud_score.toFixed(3)}, duplicate ${again.duplicate}`);

const batch = await client.predictBatch([{ card_id: 'card-2', amount: 12.5 }, { amount: -1 }]);
console.log(`batch: ${batch.statistics.scored} scored, ${batch.statistics.failed} failed`);
for (const error of batch.errors) console.log(`  item ${error.index}: ${error.detail}`);

const labels = await client.labels([{ transaction_id: transaction, is_fraud: true }]);
console.log(`labels: ${labels.stored} stored`);

try {
  await client.predict({ amount: 'many' });
} catch (refused) {
  if (!(refused instanceof FraudError)) throw refused;
  console.log(`refused with ${refused.status}: ${refused.problem.detail}`);
}
