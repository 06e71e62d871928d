// Prints the YAML document of the standard input as JSON; what is wrong goes to the standard error, and the exit code is 1.
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';

const document = parseDocument(readFileSync(0, 'utf8'));
for (const mistake of [...document.errors, ...document.warnings]) {
  process.exitCode = 1;
  console.error(mistake.message);
}

// Anchors with '<<' as docker compose reads them.
console.log(JSON.stringify(document.toJS({ merge: true })));
