// Loads a load test, sends what each of its scenarios sends once, and prints what it is set to do.
globalThis.__ENV = process.env;
globalThis.__VU = 1;
const test = await import(`./${process.argv[2]}`);
const { Rate } = await import('k6/metrics');
for (const { exec } of Object.values(test.options.scenarios)) test[exec ?? 'default']();
console.log(JSON.stringify({ options: test.options, shed: Rate.all.shed, failed: Rate.all.failed }));
