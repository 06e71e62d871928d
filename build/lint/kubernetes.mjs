// Holds Kubernetes objects in YAML, from the standard input, against Kubernetes' schemas, and KEDA's against KEDA's own, which lies
// here. Prints them as a JSON array; what is wrong goes to the standard error, and the exit code is 1.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';

const require = createRequire(import.meta.url);
const objects = [];

// A custom resource: its definition's schema, in which a name that it does not know is a mistake. The API would drop it in silence.
const validators = new Map();
function custom(file, version) {
  if (!validators.has(file)) {
    const definition = parseAllDocuments(readFileSync(new URL(file, import.meta.url), 'utf8')).map((document) => document.toJS()).find((item) => item?.spec);
    const schema = definition.spec.versions.find((each) => each.name === version).schema.openAPIV3Schema;
    const Ajv = require('ajv').default;
    // Formats and extensions of OpenAPI say nothing that is checked here.
    validators.set(file, new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(closed(schema)));
  }

  return validators.get(file);
}

function closed(schema, isRoot = true) {
  for (const child of [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties]) {
    if (child && typeof child === 'object') closed(child, false);
  }

  // What all objects have is said elsewhere.
  if (isRoot) schema.properties.metadata = { type: 'object' };
  if (schema.properties && !schema['x-kubernetes-preserve-unknown-fields'] && schema.additionalProperties === undefined) schema.additionalProperties = false;
  return schema;
}

const definitions = { 'keda.sh/v1alpha1 ScaledObject': ['keda/scaledobjects.yaml', 'v1alpha1'] };
for (const document of parseAllDocuments(readFileSync(0, 'utf8'))) {
  const mistakes = [...document.errors, ...document.warnings].map((mistake) => mistake.message);
  const object = document.toJS();
  // helm leaves documents with nothing but a comment.
  if (object === null && mistakes.length === 0) continue;
  if (mistakes.length === 0) {
    const { apiVersion, kind } = object;
    const definition = definitions[`${apiVersion} ${kind}`];
    if (definition) {
      const validate = custom(...definition);
      if (!validate(object)) mistakes.push(...validate.errors.map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`));
    } else try {
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
