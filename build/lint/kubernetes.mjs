// Holds Kubernetes objects in YAML, from the standard input, against Kubernetes' schemas. Prints them as a JSON array;
// what is wrong goes to the standard error, and the exit code is 1.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

const require = createRequire(import.meta.url);
const objects = [];
for (const document of parseAllDocuments(readFileSync(0, 'utf8'))) {
  const mistakes = [...document.errors, ...document.warnings].map((mistake) => mistake.message);
  const object = document.toJS();
  // helm leaves documents with nothing but a comment.
  if (object === null && mistakes.length === 0) continue;
  if (mistakes.length === 0) {
    const { apiVersion, kind } = object;
    try {
      const { [kind]: Model } = require(`kubernetes-models/${apiVersion}/${kind}`);
      new Model(object).validate();
    } catch (refused) {
      mistakes.push(['MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED'].includes(refused.code) ? 'there is no such kind of object' : refused.message);
    }
  }

  for (const mistake of mistakes) {
    process.exitCode = 1;
    console.error(`${object?.kind} ${object?.metadata?.name}: ${mistake}`);
  }

  objects.push(object);
}

console.log(JSON.stringify(objects));
