// Fails when schema.graphql, the dashboard's types or query parser, or the reference of the documentation are not what the sources give. Usage: npm run check:generated
import { relative, resolve } from 'node:path';
import { clientFiles, root, schemaFile, schemaText, textOf } from './generatedCode.mjs';
import { referenceFiles } from './docsReference.mjs';
import { queryParserFiles } from './queryParser.mjs';

const stale = [];
if ((await textOf(schemaFile)) !== (await schemaText())) stale.push('schema.graphql');
for (const { filename, content } of [
  ...(await clientFiles()),
  ...(await queryParserFiles()),
  ...(await referenceFiles()),
]) {
  const file = resolve(root, filename);
  if ((await textOf(file)) !== content) stale.push(relative(root, file));
}
if (stale.length > 0) {
  console.error(`not up to date: ${stale.join(', ')}; run "npm run codegen" and commit what it writes`);
  process.exit(1);
}
