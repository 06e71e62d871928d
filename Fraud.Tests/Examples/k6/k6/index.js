// What the load tests use of k6, in place of k6.
export const check = (value, conditions) => Object.entries(conditions).every(([, holds]) => holds(value));
export const sleep = (seconds) => {
  if (!(seconds > 0 && seconds <= 2)) throw new Error(`sleep: expected a wait of at most 2 s, and got ${seconds}`);
};
